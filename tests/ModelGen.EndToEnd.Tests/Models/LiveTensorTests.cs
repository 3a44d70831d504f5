using ModelGen.Data;
using ModelGen.Models;
using ModelGen.Sampling;
using ModelGen.Tokenization;
using ModelGen.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Models;

/// <summary>No tensor outlives its last use, with a model that the generator made.</summary>
public sealed class LiveTensorTests
{
    private static readonly string Text = string.Concat(
        Enumerable.Range(0, 200).Select(static i => $"The {i % 7}th line of {i % 3} is short.\n")
    );

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
        using (
            var trainer = new Trainer(model.CreateObjective(data), Scribe.Training, seed: 1) { ReportEvery = 1, Observers = { observer } }
        )
        {
            result = trainer.Run();
        }

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

    [Fact]
    public void ThreeHundredStepsOfAnAutoencoderLeaveNothingBehind()
    {
        using var data = DrawnDigitData();
        using var model = new Digits();
        Train(
            model.CreateObjective(data),
            Digits.Training with
            {
                BatchSize = 8,
                Duration = Duration.Steps(300),
                Validation = new ValidationOptions { Every = Duration.Steps(50), Batches = 2 },
                Average = 0.99,
            }
        );

        using var images = data.Validation.Batch(4, seed: 1, batch: 0);
        LeavesOnlyItsResult(() => model.Reconstruct(images.Samples));
        LeavesOnlyItsResult(() => model.LogLikelihoodBound(images.Samples, draws: 3, seed: 1));
        Draw(model, label: null);
    }

    [Fact]
    public void ThreeHundredStepsOfAVectorQuantisedAutoencoderLeaveNothingBehind()
    {
        using var data = DrawnDigitData();
        using var model = new DigitCodes();
        Train(
            model.CreateObjective(data),
            DigitCodes.Training with
            {
                BatchSize = 8,
                Duration = Duration.Steps(300),
                Validation = new ValidationOptions { Every = Duration.Steps(50), Batches = 2 },
                Average = 0.99,
            }
        );

        using var images = data.Validation.Batch(4, seed: 1, batch: 0);
        LeavesOnlyItsResult(() => model.Encode(images.Samples));
        LeavesOnlyItsResult(() => model.Reconstruct(images.Samples));
        model.FitPrior(data);
        LeavesOnlyItsResult(() => model.Sample(4, seed: 1));
    }

    [Fact]
    public void ThreeHundredStepsOfAGameLeaveNothingBehind()
    {
        using var data = DrawnDigitData();
        using var model = new DigitGame();
        Train(model.CreateObjective(data), DigitGame.Training with { BatchSize = 8, Duration = Duration.Steps(300) });

        using var images = data.Validation.Batch(4, seed: 1, batch: 0);
        LeavesOnlyItsResult(() => model.Score(images.Samples, images.Labels));
        Draw(model, label: 3);
    }

    [Fact]
    public void AnAverageOfWeightsLeavesNothingBehind()
    {
        using var model = new DigitGame();
        var before = Live;
        using (var average = new WeightAverage(model, decay: 0.9, warmUp: true))
        {
            var held = Live;
            for (var step = 0; step < 3; step++)
            {
                average.Update();
                using (average.Swap())
                {
                    Draw(model, label: 1);
                }

                Assert.Equal(held, Live);
            }

            average.Apply();
            Assert.Equal(held, Live);
        }

        Assert.Equal(before, Live);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void AFailureInAnyLayerFreesWhatWasAlive(int block)
    {
        using var model = new Scribe();
        using var tokens = zeros([2, 5], int64);
        foreach (
            var weight in new[]
            {
                model.Blocks[block].Mlp.Linear2.weight!,
                model.Blocks[block].SelfAttention.Projection.weight!,
                model.Embed.Positions.weight!,
            }
        )
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
                "blocks.0.layer_norm.bias",
                "blocks.0.layer_norm.weight",
                "blocks.0.layer_norm2.bias",
                "blocks.0.layer_norm2.weight",
                "blocks.0.mlp.linear.bias",
                "blocks.0.mlp.linear.weight",
                "blocks.0.mlp.linear2.bias",
                "blocks.0.mlp.linear2.weight",
                "blocks.0.self_attention.projection.bias",
                "blocks.0.self_attention.projection.weight",
                "blocks.0.self_attention.qkv.bias",
                "blocks.0.self_attention.qkv.weight",
            ],
            model
                .state_dict()
                .Keys.Where(static name => name.StartsWith("blocks.0.", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            ["embed.positions.weight", "embed.tokens.weight", "layer_norm.bias", "layer_norm.weight"],
            model
                .state_dict()
                .Keys.Where(static name => !name.StartsWith("blocks.", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        );
    }

    private static SampleDataset DrawnDigitData() =>
        SampleDataset.Create(DrawnDigits.Create(60, seed: 1), test: null, validationFraction: 0.2);

    private static void Train(Objective objective, TrainingOptions options)
    {
        set_num_threads(1);
        var before = Live;
        var observer = new Counter();
        using (var trainer = new Trainer(objective, options, seed: 1) { ReportEvery = 1, Observers = { observer } })
        {
            Assert.Equal(TrainingOutcome.Finished, trainer.Run().Outcome);
        }

        Assert.Equal(300, observer.Counts.Count);
        Assert.Single(observer.Counts.Distinct());
        Assert.Equal(before, Live);
    }

    private static void Draw(LatentModel model, int? label)
    {
        using var labels = label is { } one ? full([5], one, dtype: ScalarType.Int64) : null;
        using var from = randn(model.LatentSize);
        using var to = randn(model.LatentSize);
        LeavesOnlyItsResult(() => model.Sample(5, seed: 1, labels));
        LeavesOnlyItsResult(() => model.Interpolate(from, to, steps: 4, Interpolation.Linear, label));
        LeavesOnlyItsResult(() => model.Interpolate(from, to, steps: 4, Interpolation.Spherical, label));
        LeavesOnlyItsResult(() => model.Traverse(from, axis: 2, label: label));
    }

    private static void LeavesOnlyItsResult(Func<Tensor> call)
    {
        var before = Live;
        using (call())
        {
            Assert.Equal(before + 1, Live);
        }

        Assert.Equal(before, Live);
    }

    // This thread's tensors: the process's also counts those that finalizers have yet to free.
    private static long Live => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    private sealed class Counter : TrainingObserver
    {
        public List<long> Counts { get; } = [];

        public override void OnStep(StepReport report) => Counts.Add(Live);
    }
}
