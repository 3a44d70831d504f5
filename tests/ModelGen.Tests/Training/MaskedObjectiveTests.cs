using ModelGen.Checkpoints;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using static TorchSharp.torch;

namespace ModelGen.Tests.Training;

/// <summary>Losses over what counts of a batch, and state of an objective's own.</summary>
public sealed class MaskedObjectiveTests : IDisposable
{
    private static readonly TrainingOptions Options = new()
    {
        Optimizer = new SgdOptions { LearningRate = 0.1, Momentum = 0.5 },
        BatchSize = 7,
        Duration = Duration.Steps(12),
        Validation = new ValidationOptions(),
        Checkpoint = new CheckpointOptions { Every = Duration.Steps(1), Keep = 20 },
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void PartsOfTheirOwnShareGiveTheLossOfTheWholeBatch(int parts)
    {
        var (loss, weights) = Train(accumulate: 1, saysShare: true);
        var (lossOfParts, weightsOfParts) = Train(parts, saysShare: true);
        var (otherLoss, _) = Train(parts, saysShare: false);

        Assert.Equal(loss, lossOfParts, 1e-6);
        Assert.All(weights.Zip(weightsOfParts), static pair => Assert.Equal(pair.First, pair.Second, 1e-5));

        // Means over the samples of each part are another loss.
        Assert.True(Math.Abs(loss - otherLoss) > 1e-3, $"{loss} and {otherLoss}");
    }

    [Fact]
    public void StateOfAnObjectiveIsSavedAndRestored()
    {
        Run("whole", until: null);
        for (var step = 1; step < 12; step++)
        {
            var name = $"stopped-{step}";
            Run(name, step);
            Run(name, until: null);
            Assert.Equal(File.ReadAllBytes(_folder.Newest("whole")), File.ReadAllBytes(_folder.Newest(name)));
        }

        using var file = Safetensors.Open(_folder.Newest("whole"));
        Assert.Contains("objective.mean.value", file.Entries.Keys);
        Assert.Equal("12", file.Metadata["state.objective.mean.count"]);
    }

    [Fact]
    public void ACheckpointWithoutTheStateIsRefused()
    {
        using (var players = new TwoPlayers())
        using (var trainer = new Trainer(players, Options) { CheckpointFolder = _folder["other"] })
        {
            trainer.Run();
        }

        using var objective = new MaskedObjective();
        using var state = new TrainingState(objective, objective.Plan(Options), Options, totalSteps: 100);
        using var checkpoint = Checkpoint.OpenNewest(_folder["other"]);
        var message = Assert
            .Throws<ModelGenException>(() => checkpoint.Restore([.. state.All.Where(static part => part.Name == "objective.mean")]))
            .Message;

        Assert.Contains(
            "does not match the objective.mean state of this run: the checkpoint has no tensor 'value', which is Float32 [] here; "
                + "resume with the original configuration, or start a new run.",
            message,
            StringComparison.Ordinal
        );
    }

    private static (double Loss, float[] Weights) Train(int accumulate, bool saysShare)
    {
        using var objective = new MaskedObjective { SaysShare = saysShare };
        using var trainer = new Trainer(
            objective,
            Options with
            {
                Accumulate = accumulate,
                Checkpoint = null,
                Duration = Duration.Steps(3),
            }
        );
        var result = trainer.Run();
        return (result.TrainLoss!.Value, [.. objective.Layer.weight!.data<float>()]);
    }

    private void Run(string name, int? until)
    {
        using var objective = new MaskedObjective();
        using var stop = new CancellationTokenSource();
        using var trainer = new Trainer(objective, Options)
        {
            CheckpointFolder = _folder[name],
            ReportEvery = 1,
            Observers = { new Stopper(stop, until) },
        };
        if (StepFiles.NewestFirst(_folder[name]).Count > 0)
        {
            using var checkpoint = Checkpoint.OpenNewest(_folder[name]);
            trainer.Resume(checkpoint);
        }

        trainer.Run(stop.Token);
    }

    private sealed class Stopper(CancellationTokenSource stop, int? at) : TrainingObserver
    {
        public override void OnStep(StepReport report)
        {
            if (report.Step == at)
            {
                stop.Cancel();
            }
        }
    }
}
