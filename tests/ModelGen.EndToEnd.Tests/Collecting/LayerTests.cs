using ModelGen.Compiler.Tests.Language;
using ModelGen.Compiler.Words;
using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.EndToEnd.Tests.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Collecting;

/// <summary>Every layer in training, forward and backward, and every initialiser, while garbage is collected.</summary>
[Collection(StressTests.Name)]
public class LayerTests(Stress stress, LayerValueTests.Models models) : IClassFixture<LayerValueTests.Models>
{
    private const int Batch = 4;
    private const int Length = 5;

    public static IEnumerable<object[]> Layers => LayerValueTests.Names;

    public static TheoryData<string> Initialisers =>
        [.. EveryWord.Specs.Where(static word => word.Word is Initialiser).Select(static word => word.Word.Word)];

    [Theory]
    [MemberData(nameof(Layers))]
    public void ComputesTheSame(string name)
    {
        using var model = models[name].Create();
        using var input = models[name].Input(Batch, Length);
        if (input.is_floating_point())
        {
            input.requires_grad_();
        }

        var state = model.state_dict().Values.ToList();
        var start = state.ConvertAll(Copy);
        using var first = model.call(input);
        using var direction = rand_like(first);

        stress.Check(results =>
        {
            manual_seed(3).Dispose();
            using (no_grad())
            {
                foreach (var (value, before) in state.Zip(start))
                {
                    value.copy_(before);
                }
            }

            using var output = model.call(input);
            using var products = output.mul(direction);
            using var loss = products.sum();
            if (loss.requires_grad)
            {
                loss.backward();
            }

            results.Add(state.Append(output));
            foreach (var source in model.parameters().Append(input).Where(static source => source.requires_grad))
            {
                results.Take(source.grad);
                source.grad = null;
            }
        });
        start.ForEach(static tensor => tensor.Dispose());
    }

    [Theory]
    [MemberData(nameof(Initialisers))]
    public void StartsTheSame(string word)
    {
        var compiled = SpecAssembly.Compile(EveryWord.Specs.Single(spec => spec.Word is Initialiser && spec.Word.Word == word).Spec);
        stress.Check(results =>
        {
            using var model = compiled.Create();
            results.Add(model.state_dict().Values);
        });
    }

    private static Tensor Copy(Tensor value)
    {
        using var detached = value.detach();
        return detached.clone();
    }
}
