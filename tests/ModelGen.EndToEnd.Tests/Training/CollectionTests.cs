using ModelGen.Data;
using ModelGen.EndToEnd.Tests.Collecting;
using ModelGen.Tokenization;
using ModelGen.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Training;

/// <summary>
/// Garbage collections in the middle of steps, as other threads of a program cause them, take nothing away that libtorch still reads.
/// </summary>
public class CollectionTests
{
    public CollectionTests() => manual_seed(1).Dispose();

    [Fact]
    public void DoNotDisturbALanguageModel()
    {
        using var model = new Scribe();
        using var data = TokenDataset.Create(
            string.Concat(Enumerable.Range(0, 300).Select(static i => $"{i % 7} and {i % 3}.\n")),
            new ByteTokenizer(),
            Scribe.Context,
            0.2
        );
        Train(model.CreateObjective(data), Scribe.Training);
    }

    [Fact]
    public void DoNotDisturbAnAutoencoder()
    {
        using var model = new Digits();
        using var data = Data();
        Train(model.CreateObjective(data), Digits.Training);
    }

    [Fact]
    public void DoNotDisturbAGame()
    {
        using var model = new DigitGame();
        using var data = Data();
        Train(model.CreateObjective(data), DigitGame.Training);
    }

    private static SampleDataset Data() => SampleDataset.Create(DrawnDigits.Create(200, seed: 1), test: null, validationFraction: 0.2);

    private void Train(Objective objective, TrainingOptions options)
    {
        using var enough = new CancellationTokenSource();
        var counter = new Counter(enough);
        using var trainer = new Trainer(
            objective,
            options with
            {
                Duration = Duration.Steps(100_000),
                Validation = options.Validation with { Every = null },
            },
            seed: 1
        )
        {
            ReportEvery = 1,
            Observers = { counter },
        };
        using var collector = new Collector();
        Assert.Equal(TrainingOutcome.Cancelled, trainer.Run(enough.Token).Outcome);
        Assert.True(counter.Steps >= 20);
    }

    /// <summary>Ends the run after some steps and some hundred collections.</summary>
    private sealed class Counter(CancellationTokenSource enough) : TrainingObserver
    {
        private readonly int _before = GC.CollectionCount(0);

        public int Steps { get; private set; }

        public override void OnStep(StepReport report)
        {
            Steps++;
            if (Steps >= 20 && GC.CollectionCount(0) - _before >= 500)
            {
                enough.Cancel();
            }
        }
    }
}
