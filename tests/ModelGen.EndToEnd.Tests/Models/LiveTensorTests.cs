using ModelGen.Data;
using ModelGen.Sampling;
using ModelGen.Tokenization;
using ModelGen.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Models;

/// <summary>No tensor outlives its last use, with a model that the generator made.</summary>
public sealed class LiveTensorTests
{
    private static readonly string Text = string.Concat(Enumerable.Range(0, 200).Select(static i => $"The {i % 7}th line of {i % 3} is short.\n"));

    [Fact]
    public void AThousandStepsAndAThousandTokensLeaveNothingBehind()
    {
        // Two threads cost more than they bring with tensors this small.
        set_num_threads(1);
        manual_seed(1);
        using var model = new Scribe();
        using var data = TokenDataset.Create(Text, model.CreateTokenizer(Text), Scribe.Context, Scribe.Training.Validation.Fraction);
        var observer = new Counter();
        TrainingResult result;
        using (var trainer = new Trainer(model.CreateObjective(data), Scribe.Training, seed: 1) { ReportEvery = 1, Observers = { observer } })
            result = trainer.Run();

        Assert.Equal(1000, observer.Counts.Count);
        Assert.Single(observer.Counts.Skip(1).Distinct());
        Assert.InRange(result.ValidationLoss!.Value, 0.01, 1.5);

        var before = Live;
        var counts = new HashSet<long>();
        var text = "";
        foreach (var piece in TextGenerator.Stream(model, new ByteTokenizer(), "The ", 1000, Scribe.Sampling, seed: 2))
        {
            text += piece;
            counts.Add(Live);
        }

        Assert.Equal([before], counts);
        Assert.Contains("line of", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void AFailureInAnyLayerFreesWhatWasAlive(int block)
    {
        using var model = new Scribe();
        using var tokens = zeros([2, 5], int64);
        foreach (var weight in new[] { model.Blocks[block].Mlp.Linear2.weight!, model.Blocks[block].SelfAttention.Projection.weight!, model.Embed.Positions.weight! })
        {
            weight.Dispose();
            var before = Live;
            Assert.ThrowsAny<Exception>(() => model.call(tokens));
            Assert.Equal(before, Live);
        }
    }

    [Fact]
    public void StateIsNamedAsTheSpecSays()
    {
        using var model = new Scribe();

        Assert.Equal(
            [
                "blocks.0.layer_norm.bias", "blocks.0.layer_norm.weight", "blocks.0.layer_norm2.bias", "blocks.0.layer_norm2.weight",
                "blocks.0.mlp.linear.bias", "blocks.0.mlp.linear.weight", "blocks.0.mlp.linear2.bias", "blocks.0.mlp.linear2.weight",
                "blocks.0.self_attention.projection.bias", "blocks.0.self_attention.projection.weight", "blocks.0.self_attention.qkv.bias", "blocks.0.self_attention.qkv.weight",
            ],
            model.state_dict().Keys.Where(static name => name.StartsWith("blocks.0.", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(["embed.positions.weight", "embed.tokens.weight", "layer_norm.bias", "layer_norm.weight"], model.state_dict().Keys.Where(static name => !name.StartsWith("blocks.", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    // This thread's tensors: the process's also counts those that finalizers have yet to free.
    private static long Live => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    private sealed class Counter : TrainingObserver
    {
        public List<long> Counts { get; } = [];

        public override void OnStep(StepReport report) => Counts.Add(Live);
    }
}
