using ModelGen.Checkpoints;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using TorchSharp;

namespace ModelGen.Tests.Training;

/// <summary>A step of several phases, each with an optimizer of its own.</summary>
public sealed class TrainerPhasesTests : IDisposable
{
    private static readonly TrainingOptions Options = new()
    {
        Optimizer = new AdamWOptions
        {
            LearningRate = 0.02,
            WeightDecay = 0,
            Epsilon = 1e-2,
        },
        BatchSize = 4,
        Duration = Duration.Steps(6),
        Validation = new ValidationOptions
        {
            Every = Duration.Steps(2),
            Batches = 1,
            Fraction = 0.5,
        },
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EachPhaseTrainsItsOwnParametersInTurn()
    {
        using var players = new TwoPlayers();
        using (var trainer = new Trainer(players, Options))
        {
            trainer.Run();
        }

        // The game in plain numbers.
        var (first, second) = (new Adam(0.25, 0.1), new Adam(-0.5, 0.02));
        for (var step = 0; step < 6; step++)
        {
            for (var repetition = 0; repetition < TwoPlayers.Times; repetition++)
            {
                first.Step(2 * (first.Value + (0.5 * second.Value) - TwoPlayers.Number(repetition, step)));
            }

            second.Step(2 * (second.Value - first.Value));
        }

        Assert.Equal(first.Value, players.Players.First.item<float>(), 1e-4);
        Assert.Equal(second.Value, players.Players.Second.item<float>(), 1e-4);
    }

    [Fact]
    public void ReportsHoldTheMeansOfEveryPhaseAndItsParts()
    {
        using var players = new TwoPlayers();
        var reports = new List<StepReport>();
        using var trainer = new Trainer(players, Options) { ReportEvery = 3, Observers = { new Collector(reports) } };
        var result = trainer.Run();
        Assert.Equal(["second_loss", "own", "first_loss", "opponent"], reports[0].Metrics.Select(static metric => metric.Name));
        Assert.Equal(2, reports.Count);
        Assert.All(reports, static report => Assert.Equal("images", report.Unit));
        Assert.Equal(reports[^1].Metrics[0].Value, result.TrainLoss);
        Assert.Null(result.ValidationLoss);
    }

    [Fact]
    public void AResumedGameEndsInTheSameBytes()
    {
        using (var players = new TwoPlayers())
        using (var trainer = new Trainer(players, Options) { CheckpointFolder = _folder["whole"] })
        {
            trainer.Run();
        }

        using (var players = new TwoPlayers())
        using (var stop = new CancellationTokenSource())
        using (
            var trainer = new Trainer(players, Options)
            {
                CheckpointFolder = _folder["part"],
                ReportEvery = 1,
                Observers = { new Stopper(stop, 3) },
            }
        )
        {
            trainer.Run(stop.Token);
        }

        Assert.NotEqual(File.ReadAllBytes(_folder.Newest("whole")), File.ReadAllBytes(_folder.Newest("part")));
        using (var players = new TwoPlayers())
        using (var checkpoint = Checkpoint.OpenNewest(_folder["part"]))
        using (var trainer = new Trainer(players, Options) { CheckpointFolder = _folder["resumed"] })
        {
            trainer.Resume(checkpoint);
            Assert.Equal(3, trainer.Step);
            trainer.Run();
        }

        Assert.Equal(File.ReadAllBytes(_folder.Newest("whole")), File.ReadAllBytes(_folder.Newest("resumed")));
    }

    [Fact]
    public void AfterARunEveryParameterCanBeTrainedAgain()
    {
        using var players = new TwoPlayers();
        for (var run = 0; run < 2; run++)
        {
            using var trainer = new Trainer(players, Options);
            trainer.Run();
            Assert.All(players.Players.parameters(), static parameter => Assert.True(parameter.requires_grad));
        }
    }

    [Fact]
    public void ACheckpointOfAnotherOptimizerOrWithAnotherAverageIsRefused()
    {
        using (var players = new TwoPlayers())
        using (var trainer = new Trainer(players, Options with { Average = 0.9 }) { CheckpointFolder = _folder["averaged"] })
        {
            trainer.Run();
        }

        using var game = new TwoPlayers();
        using var checkpoint = Checkpoint.OpenNewest(_folder["averaged"]);
        Assert.Contains("does not belong to this run: training.average was 0.9 and is none; resume it", Refused(Options));
        Assert.Contains(
            "does not belong to this run: training.optimizer was AdamW and is Adam; resume it",
            Refused(
                Options with
                {
                    Average = 0.9,
                    Optimizer = new AdamOptions { LearningRate = 0.02 },
                }
            )
        );
        using (var plain = new Trainer(game, Options) { CheckpointFolder = _folder["plain"] })
        {
            plain.Run();
        }

        using var without = Checkpoint.OpenNewest(_folder["plain"]);
        using var averaging = new Trainer(game, Options with { Average = 0.9 });
        Assert.Contains("training.average was none and is 0.9", Assert.Throws<ModelGenException>(() => averaging.Resume(without)).Message);

        string Refused(TrainingOptions options)
        {
            using var trainer = new Trainer(game, options);
            return Assert.Throws<ModelGenException>(() => trainer.Resume(checkpoint)).Message;
        }
    }

    // AdamW without decay, algorithm 2 of Loshchilov and Hutter 2019, for one number.
    private sealed class Adam(double value, double learningRate)
    {
        private double _mean;
        private double _square;
        private int _step;

        public double Value { get; private set; } = value;

        public void Step(double gradient)
        {
            _step++;
            _mean = (0.9 * _mean) + (0.1 * gradient);
            _square = (0.999 * _square) + (0.001 * gradient * gradient);
            Value -= learningRate * (_mean / (1 - Math.Pow(0.9, _step))) / (Math.Sqrt(_square / (1 - Math.Pow(0.999, _step))) + 1e-2);
        }
    }

    private sealed class Collector(List<StepReport> reports) : TrainingObserver
    {
        public override void OnStep(StepReport report) => reports.Add(report);
    }

    private sealed class Stopper(CancellationTokenSource stop, long step) : TrainingObserver
    {
        public override void OnStep(StepReport report)
        {
            if (report.Step == step)
            {
                stop.Cancel();
            }
        }
    }
}
