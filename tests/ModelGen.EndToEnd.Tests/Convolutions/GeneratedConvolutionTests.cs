using System.Globalization;
using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.Tests.Native.Convolutions;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Convolutions;

/// <summary>
/// Convolutions of random shapes, from a spec to numbers, against their definition: on whatever path this processor takes.
/// </summary>
public class GeneratedConvolutionTests : IDisposable
{
    private static readonly int Shapes = int.Parse(
        Environment.GetEnvironmentVariable("MODELGEN_CONVOLUTION_COUNT") ?? "10",
        CultureInfo.InvariantCulture
    );

    private readonly int _threads = get_num_threads();

    public void Dispose() => set_num_threads(_threads);

    /// <summary>MODELGEN_CONVOLUTION_COUNT says how many shapes of each kind and rank.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public void ResultsAndGradientsAreThoseOfTheDefinition(int rank, bool isTransposed)
    {
        var random = new Random((rank * 10) + (isTransposed ? 1 : 0));
        PlainConvolution[] drawn = [.. Enumerable.Range(0, Shapes).Select(_ => PlainConvolution.Draw(random, rank, isTransposed))];
        var assembly = new SpecAssembly();
        foreach (var convolution in drawn)
        {
            Assert.Equal([], assembly.Add(Spec(convolution)));
        }

        foreach (var (convolution, model) in drawn.Zip(assembly.Load()))
        {
            foreach (var threads in new[] { 1, 2 })
            {
                set_num_threads(threads);
                Check(convolution, model);
            }
        }
    }

    private static string Spec(PlainConvolution c)
    {
        static string List(long[] values) => $"[{string.Join(", ", values)}]";
        var outputPadding = c.IsTransposed ? $", output-padding: {List(c.OutputPadding)}" : "";
        return $"model: M\nfamily: network\ndata: {{ tensor: {List([c.Input, .. c.Lengths])} }}\nnetwork: "
            + $"[{(c.IsTransposed ? "conv-transpose" : "conv")}: {{ channels: {c.Output}, kernel: {List(c.Kernel)}, stride: "
            + $"{List(c.Stride)}, padding: {List(c.Padding)}, dilation: {List(c.Dilation)}, groups: {c.Groups}{outputPadding} }}]\n";
    }

    private static void Check(PlainConvolution convolution, CompiledModel compiled)
    {
        using var model = compiled.Create();
        using var scope = NewDisposeScope();
        var x = randn([convolution.Batch, convolution.Input, .. convolution.Lengths]);
        var g = randn([convolution.Batch, convolution.Output, .. convolution.ResultLengths]);
        var state = model.named_parameters().ToDictionary(static pair => pair.name.Split('.')[^1], static pair => pair.parameter);
        var (w, b) = (state["weight"], state["bias"]);
        var right = convolution.Compute(Numbers(x), Numbers(w), Numbers(b), Numbers(g));

        foreach (
            var dirty in new[] { x, g, w }
                .SelectMany(static tensor => new[] { full_like(tensor, float.NaN), full_like(tensor, float.NaN) })
                .ToArray()
        )
        {
            dirty.Dispose();
        }

        x.requires_grad = true;
        var y = model.call(x);
        y.backward([g]);
        convolution.CheckNear("result", right.Result, Numbers(y));
        convolution.CheckNear("gradient of the input", right.Input, Numbers(x.grad!));
        convolution.CheckNear("gradient of the weight", right.Weight, Numbers(w.grad!));
        convolution.CheckNear("gradient of the bias", right.Bias, Numbers(b.grad!));

        static float[] Numbers(Tensor tensor) => tensor.detach().contiguous().data<float>().ToArray();
    }
}

/// <summary>The same where ModelGen computes them, whatever the processor.</summary>
public sealed class UnfoldedGeneratedConvolutionTests : GeneratedConvolutionTests, IClassFixture<UnfoldedConvolutions>;
