using ModelGen.Data;
using ModelGen.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Models;

/// <summary>Whatever is asked of a model outside training takes no more memory for many samples than for some, beside the result.</summary>
public sealed class SamplesInBlocksTests : IDisposable
{
    private const int Classes = 3;

    private readonly DisposeScope _scope = NewDisposeScope();

    public SamplesInBlocksTests() => manual_seed(1).Dispose();

    /// <summary>What can be asked of a model, by name, in evaluation mode and within <c>no_grad</c>.</summary>
    public static TheoryData<string> Questions =>
        [
            "vae sample",
            "vae encode",
            "vae parameters",
            "vae decode",
            "vae reconstruct",
            "vae bound",
            "vae interpolate",
            "vae traverse",
            "gan sample",
            "gan generate",
            "vq-vae sample",
            "vq-vae encode",
            "vq-vae decode",
            "vq-vae reconstruct",
        ];

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(Questions))]
    public void MemoryDoesNotGrowWithTheCount(string question)
    {
        using var noGrad = no_grad();
        var (model, ask) = Question(question);
        model.eval();
        var peak = new Peak();
        Watch(model, peak);

        var some = Measured(130);
        var many = Measured(1300);

        Assert.InRange(many.Elements, 1, some.Elements);
        Assert.Equal(some.Tensors, many.Tensors);

        (long Elements, long Tensors) Measured(int count)
        {
            using var scope = NewDisposeScope();
            var (inputs, labels) = Inputs(question, count);
            peak.Start();
            var results = ask(inputs, labels);
            Assert.All(results, result => Assert.Equal(count, result.size(0)));
            return (peak.Elements, peak.Tensors);
        }
    }

    [Theory]
    [MemberData(nameof(Questions))]
    public void ManyAreWhatTheyAreOneAtATime(string question)
    {
        // These draw for all of them together.
        if (question.EndsWith("sample", StringComparison.Ordinal) || question is "vae bound" or "vae interpolate" or "vae traverse")
        {
            return;
        }

        using var noGrad = no_grad();
        var (model, ask) = Question(question);
        model.eval();
        var (inputs, labels) = Inputs(question, 131);

        var together = ask(inputs, labels);

        for (var i = 0; i < 131; i++)
        {
            var alone = ask(inputs.narrow(0, i, 1), labels.narrow(0, i, 1));
            Assert.Equal(together.Length, alone.Length);
            Assert.All(together.Zip(alone), pair =>
            {
                Assert.Equal(pair.First.dtype, pair.Second.dtype);
                Assert.InRange((pair.First[i] - pair.Second[0]).abs().max().to(ScalarType.Float64).item<double>(), 0, 1e-5);
            });
        }

        Assert.All(ask(inputs[..0], labels[..0]).Zip(together), static pair =>
            Assert.Equal([0, .. pair.Second.shape[1..]], pair.First.shape)
        );
    }

    [Fact]
    public void GradientsGoThroughAsManyAsThereAre()
    {
        var model = new SmallVae(classes: Classes);
        var (latents, labels) = Inputs("vae decode", 131);
        latents.requires_grad_();
        model.eval();

        model.Decode(latents, labels).sum().backward();
        Assert.DoesNotContain(0, latents.grad!.abs().sum(1).data<float>().ToArray());

        var gan = new SmallGan(classes: Classes);
        var noise = randn(131, 3).requires_grad_();
        gan.Generate(noise, labels).sum().backward();
        Assert.DoesNotContain(0, noise.grad!.abs().sum(1).data<float>().ToArray());
    }

    [Fact]
    public void InTrainingALayerSeesTheWholeBatch()
    {
        using var noGrad = no_grad();
        var model = new SmallVae(classes: Classes);
        var peak = new Peak();
        Watch(model, peak);
        var (latents, labels) = Inputs("vae decode", 131);

        _ = model.Decode(latents, labels);

        Assert.Equal(131 * (2 + Classes + 16), peak.Elements);
        Assert.True(model.training);
    }

    /// <summary>Without labels and with them; the last block is smaller.</summary>
    [Theory]
    [InlineData("vae sample", 150)]
    [InlineData("gan sample", 64)]
    [InlineData("vq-vae sample", 65)]
    public void BlocksAreTheSamplesOneAfterAnother(string question, int count)
    {
        var model = Question(question).Model;
        var labels = arange(count, dtype: ScalarType.Int64).remainder(Classes);
        var live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var blocks = new List<float[]>();

        foreach (var block in model.SampleBlocks(count, 5, labels))
        {
            // The caller's own scopes are nothing to the blocks.
            using (NewDisposeScope())
            {
                Assert.InRange(block.size(0), 1, 64);
                Assert.True(model.training);
                Assert.True(is_grad_enabled());
                Assert.False(block.requires_grad);
                blocks.Add(Values(block));
            }

            block.Dispose();
        }

        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.Equal((count + 63) / 64, blocks.Count);
        using (NewDisposeScope())
        {
            Assert.Equal(Values(model.Sample(count, 5, labels)), blocks.SelectMany(static block => block));
        }

        foreach (var block in model.SampleBlocks(count, 5, labels))
        {
            block.Dispose();
            break;
        }

        _ = model.SampleBlocks(count, 5, labels);
        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void BlocksThatCannotBeDrawnAreRefusedAtOnce()
    {
        var model = new SmallVae(classes: Classes);

        Assert.Throws<ArgumentOutOfRangeException>(() => model.SampleBlocks(0, 1));
        Assert.Throws<ArgumentException>(() => model.SampleBlocks(3, 1));
        Assert.Throws<ArgumentException>(() => model.SampleBlocks(1, 1, tensor([3L])));
        Assert.Contains(
            "FitPrior(data)",
            Assert.Throws<InvalidOperationException>(() => new SmallVqVae().SampleBlocks(1, 1)).Message,
            StringComparison.Ordinal
        );
    }

    // What a module takes and gives, and the tensors that are there then.
    private static void Watch(SampleModel model, Peak peak)
    {
        nn.Module<Tensor, Tensor>[] modules = model switch
        {
            Vae vae => [vae.Encoder, vae.Decoder],
            VqVae codes => [codes.Encoder, codes.Decoder],
            Gan gan => [gan.Generator],
            _ => throw new NotSupportedException(),
        };
        foreach (var module in modules)
        {
            module.register_forward_hook(
                (_, input, output) =>
                {
                    peak.See(input, output);
                    return output;
                }
            );
        }
    }

    private static (SampleModel Model, Func<Tensor, Tensor, Tensor[]> Ask) Question(string question)
    {
        var vae = new SmallVae(classes: Classes);
        var gan = new SmallGan(classes: Classes);
        var codes = new SmallVqVae(classes: Classes, dropout: 0);
        if (question == "vq-vae sample")
        {
            byte[] pixels = [.. Enumerable.Range(0, 60 * 16).Select(static i => (byte)(i * 37 % 256))];
            int[] classes = [.. Enumerable.Range(0, 60).Select(static i => i % Classes)];
            using var data = SampleDataset.Create(new ImageCollection(pixels, 1, 4, 4, classes, ["a", "b", "c"]), null, 0.2);
            codes.FitPrior(data);
        }

        return question switch
        {
            "vae sample" => (vae, (inputs, labels) => [vae.Sample((int)inputs.size(0), 1, labels)]),
            "vae encode" => (vae, (images, labels) => vae.Encode(images, labels) is var (mean, logVariance) ? [mean, logVariance] : []),
            "vae parameters" => (vae, (latents, labels) => [vae.DecodeParameters(latents, labels)]),
            "vae decode" => (vae, (latents, labels) => [vae.Decode(latents, labels)]),
            "vae reconstruct" => (vae, (images, labels) => [vae.Reconstruct(images, labels)]),
            "vae bound" => (vae, (images, labels) => [vae.LogLikelihoodBound(images, 2, 1, labels)]),
            "vae interpolate" => (vae, (latents, _) =>
                [vae.Interpolate(latents[0], latents[1], (int)latents.size(0), Interpolation.Spherical, 1)]
            ),
            "vae traverse" => (vae, (latents, _) => [vae.Traverse(latents[0], 1, steps: (int)latents.size(0), label: 2)]),
            "gan sample" => (gan, (inputs, labels) => [gan.Sample((int)inputs.size(0), 1, labels)]),
            "gan generate" => (gan, (latents, labels) => [gan.Generate(latents, labels)]),
            "vq-vae sample" => (codes, (inputs, labels) => [codes.Sample((int)inputs.size(0), 1, labels)]),
            "vq-vae encode" => (codes, (images, labels) => [codes.Encode(images, labels)]),
            "vq-vae decode" => (codes, (grids, labels) => [codes.Decode(grids, labels)]),
            "vq-vae reconstruct" => (codes, (images, labels) => [codes.Reconstruct(images, labels)]),
            _ => throw new ArgumentException(question, nameof(question)),
        };
    }

    private static (Tensor Inputs, Tensor Labels) Inputs(string question, int count) =>
        (
            question switch
            {
                "vae parameters" or "vae decode" or "vae interpolate" or "vae traverse" => randn(count, 2),
                "gan generate" => randn(count, 3),
                "vq-vae decode" => randint(6, [count, 2, 2], ScalarType.Int64),
                _ => rand(count, 1, 4, 4),
            },
            arange(count, dtype: ScalarType.Int64).remainder(Classes)
        );

    private static float[] Values(Tensor tensor) => tensor.contiguous().data<float>().ToArray();

    /// <summary>The most that there was at once.</summary>
    private sealed class Peak
    {
        private long _before;

        /// <summary>Of what a module takes and gives.</summary>
        public long Elements { get; private set; }

        /// <summary>How many more than at the start.</summary>
        public long Tensors { get; private set; }

        public void Start() => (_before, Elements, Tensors) = (DisposeScopeManager.Statistics.ThreadTotalLiveCount, 0, 0);

        public void See(Tensor input, Tensor output)
        {
            Elements = Math.Max(Elements, input.numel() + output.numel());
            Tensors = Math.Max(Tensors, DisposeScopeManager.Statistics.ThreadTotalLiveCount - _before);
        }
    }
}
