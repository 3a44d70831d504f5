using ModelGen.Checkpoints;
using ModelGen.Data;
using ModelGen.Tests.Models;
using ModelGen.Tokenization;
using ModelGen.Training;
using ModelGen.Training.Guards;
using ModelGen.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Training.Guards;

public sealed class GuardsTests : IDisposable
{
    private static readonly TrainingOptions Options = new()
    {
        Optimizer = new AdamWOptions { LearningRate = 3e-3 },
        BatchSize = 4,
        Duration = Duration.Steps(120),
        Validation = new ValidationOptions
        {
            Every = Duration.Steps(10),
            Batches = 1,
            Fraction = 0.1,
        },
        Checkpoint = new CheckpointOptions { Every = Duration.Steps(20), Keep = 3 },
    };

    private readonly int _threads = get_num_threads();
    private readonly TemporaryFolder _folder = new();
    private readonly TokenDataset _data;

    public GuardsTests()
    {
        var random = new Random(7);
        _data = TokenDataset.Create(
            new string([.. Enumerable.Range(0, 3000).Select(_ => "abc de"[random.Next(6)])]),
            new ByteTokenizer(),
            8,
            0.1
        );
        set_num_threads(1);
    }

    public void Dispose()
    {
        _data.Dispose();
        _folder.Dispose();
        set_num_threads(_threads);
    }

    [Fact]
    public void ALeapOfTheLossGoesBackAndLeavesOutTheBatchesThatLedToIt()
    {
        var observer = new Observer();
        using var model = Model();
        var objective = new LeapingObjective(model, _data, leapAt: 73);
        using var trainer = new Trainer(objective, Options with { Rollback = new RollbackOptions { Deviations = 20 } }, seed: 1)
        {
            CheckpointFolder = _folder["a"],
            ReportEvery = 1,
            Observers = { observer },
        };
        var result = trainer.Run();

        var report = Assert.Single(observer.Rollbacks);
        Assert.Equal((74, 60), (report.Step, report.ToStep));
        Assert.True(report.Loss > 100 && report.Expected < 10);
        Assert.Equal((TrainingOutcome.Finished, 120L), (result.Outcome, result.Step));

        // Batch 73 leapt; from step 60 on the run sees batches from 74.
        Assert.Equal([.. Enumerable.Range(0, 74), .. Enumerable.Range(74, 60)], objective.Batches);
        Assert.Equal([.. Enumerable.Range(1, 73), .. Enumerable.Range(61, 60)], observer.Steps);
    }

    [Fact]
    public void ALossThatIsNoNumberGoesBackAsWell()
    {
        using var model = Model();
        var observer = new Observer();
        using var trainer = new Trainer(
            new LeapingObjective(model, _data, leapAt: 33, leap: double.NaN),
            Options with
            {
                Rollback = new RollbackOptions { Deviations = 20 },
            },
            seed: 1
        )
        {
            CheckpointFolder = _folder["a"],
            Observers = { observer },
        };
        Assert.Equal(TrainingOutcome.Finished, trainer.Run().Outcome);
        Assert.Equal((34, 20), Assert.Single(observer.Rollbacks) is var report ? (report.Step, report.ToStep) : default);
    }

    [Fact]
    public void ARunThatKeepsLeapingEndsWithItsCheckpoint()
    {
        using var model = Model();
        using var trainer = new Trainer(
            new LeapingObjective(model, _data, leapAt: 70, leapUntil: 1000),
            Options with
            {
                Rollback = new RollbackOptions { Deviations = 20, Limit = 2 },
            },
            seed: 1
        )
        {
            CheckpointFolder = _folder["a"],
        };
        var message = Assert.Throws<DivergenceException>(() => trainer.Run()).Message;
        Assert.StartsWith("The loss of step 61 is ", message, StringComparison.Ordinal);
        Assert.Contains("though the run has gone back 2 times", message, StringComparison.Ordinal);
        Assert.Contains("(the checkpoint of step 60 is kept)", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(60)]
    [InlineData(61)]
    [InlineData(79)]
    [InlineData(90)]
    public void ARunThatWentBackResumesExactly(int stopAt)
    {
        var options = Options with
        {
            Rollback = new RollbackOptions { Deviations = 20 },
            EarlyStopping = new EarlyStoppingOptions { Patience = 50 },
        };
        Train("whole", stop: null);
        var steps = 0;
        using (var cancellation = new CancellationTokenSource())
        {
            Train("stopped", () => ++steps == stopAt, cancellation);
        }

        using (var model = Model())
        {
            using var trainer = new Trainer(new LeapingObjective(model, _data, leapAt: 73), options, seed: 1)
            {
                CheckpointFolder = _folder["stopped"],
            };
            using (var checkpoint = Checkpoint.OpenNewest(_folder["stopped"]))
            {
                trainer.Resume(checkpoint);
            }

            Assert.Equal(TrainingOutcome.Finished, trainer.Run().Outcome);
        }

        Assert.Equal(File.ReadAllBytes(_folder.Newest("whole")), File.ReadAllBytes(_folder.Newest("stopped")));
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(_folder["whole"], "best.safetensors")),
            File.ReadAllBytes(Path.Combine(_folder["stopped"], "best.safetensors"))
        );

        void Train(string name, Func<bool>? stop, CancellationTokenSource? cancellation = null)
        {
            using var model = Model();
            var observer = new Observer
            {
                Stepped = _ =>
                {
                    if (stop?.Invoke() == true)
                    {
                        cancellation!.Cancel();
                    }
                },
            };
            using var trainer = new Trainer(new LeapingObjective(model, _data, leapAt: 73), options, seed: 1)
            {
                CheckpointFolder = _folder[name],
                ReportEvery = 1,
                Observers = { observer },
            };
            trainer.Run(cancellation?.Token ?? default);
        }
    }

    [Fact]
    public void ARunThatStopsGettingBetterEndsWithItsBestWeights()
    {
        // Letters drawn evenly: once their frequencies are known there is nothing more to learn.
        var options = Options with
        {
            Duration = Duration.Steps(1000),
            Optimizer = new AdamWOptions { LearningRate = 0.03 },
            EarlyStopping = new EarlyStoppingOptions { Patience = 3, Margin = 0.02 },
        };
        using var model = Model();
        var observer = new Observer();
        using var trainer = new Trainer(model.CreateObjective(_data), options, seed: 1)
        {
            CheckpointFolder = _folder["a"],
            Observers = { observer },
        };
        var result = trainer.Run();

        var best = 0;
        for (var i = 1; i < observer.Validations.Count; i++)
        {
            best = observer.Validations[i] < observer.Validations[best] - 0.02 ? i : best;
        }

        Assert.Equal((TrainingOutcome.Finished, 10L * (best + 3), true), (result.Outcome, result.Step, result.IsEarly));
        using var kept = Checkpoint.Open(Path.Combine(_folder["a"], "best.safetensors"));
        Assert.Equal(10 * best, kept.Step);
        var weights = model.parameters().SelectMany(static parameter => parameter.data<float>().ToArray()).ToArray();
        kept.LoadInto(model);
        Assert.Equal(weights, model.parameters().SelectMany(static parameter => parameter.data<float>().ToArray()));

        // Taken up again, it is over at once.
        using var again = new Trainer(model.CreateObjective(_data), options, seed: 1) { CheckpointFolder = _folder["a"] };
        using (var checkpoint = Checkpoint.OpenNewest(_folder["a"]))
        {
            again.Resume(checkpoint);
        }

        Assert.Equal((result.Step, true), again.Run() is var second ? (second.Step, second.IsEarly) : default);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(25)]
    public void TheLastStepMayBeTheBest(int steps)
    {
        var options = Options with
        {
            Duration = Duration.Steps(steps),
            EarlyStopping = new EarlyStoppingOptions { Patience = 3 },
        };
        using var model = Model();
        using var trainer = new Trainer(model.CreateObjective(_data), options, seed: 1) { CheckpointFolder = _folder["a"] };
        var result = trainer.Run();
        Assert.Equal((steps, steps, false), (result.Step, result.BestStep, result.IsEarly));
        var early = model.parameters().First().data<float>().ToArray();

        using var plain = Model();
        using var other = new Trainer(plain.CreateObjective(_data), Options with { Duration = Duration.Steps(steps) }, seed: 1);
        Assert.Null(other.Run().BestStep);
        Assert.Equal(plain.parameters().First().data<float>().ToArray(), early);
    }

    [Fact]
    public void BestWeightsThatAreGoneAreMissedBeforeTheFirstStep()
    {
        var options = Options with { EarlyStopping = new EarlyStoppingOptions { Patience = 9 } };
        using var model = Model();
        using (
            var trainer = new Trainer(model.CreateObjective(_data), options with { Duration = Duration.Steps(20) }, seed: 1)
            {
                CheckpointFolder = _folder["a"],
            }
        )
        {
            trainer.Run();
        }

        File.Delete(Path.Combine(_folder["a"], "best.safetensors"));
        using var again = new Trainer(model.CreateObjective(_data), options, seed: 1) { CheckpointFolder = _folder["a"] };
        using (var checkpoint = Checkpoint.OpenNewest(_folder["a"]))
        {
            again.Resume(checkpoint);
        }

        Assert.Contains(
            "best.safetensors', in which early stopping keeps the best weights of this run, is missing",
            Assert.Throws<ModelGenException>(() => again.Run()).Message,
            StringComparison.Ordinal
        );
        Assert.Equal(20, again.Step);
    }

    [Fact]
    public void PatienceCountsMeasuresThatAreNotBetterByTheMargin()
    {
        var stopping = new EarlyStopping(
            new EarlyStoppingOptions
            {
                Patience = 2,
                Margin = 0.5,
                Metric = "kl",
            }
        );
        Assert.Equal(
            [true, false, true, false, false],
            new[] { 5, 4.6, 4.4, double.NaN, 3.95 }.Select(value =>
                stopping.IsBest([new MetricValue("loss", 1), new MetricValue("kl", value)], step: 1)
            )
        );
        Assert.True(stopping.IsOver);
        Assert.Contains(
            "watches the metric 'kl', but the validation metrics are loss;",
            Assert.Throws<ModelGenException>(() => stopping.IsBest([new MetricValue("loss", 1)], step: 1)).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void ARunWhoseMetricIsNeverANumberHasNoBestWeights(double loss)
    {
        using var model = Model();
        var objective = new LeapingObjective(model, _data, leapAt: 1000) { Measured = loss };
        using var trainer = new Trainer(objective, Options with { EarlyStopping = new EarlyStoppingOptions { Patience = 3 } }, seed: 1)
        {
            CheckpointFolder = _folder["a"],
        };
        Assert.StartsWith(
            "The metric 'loss', which early stopping watches, was NaN or infinite in every validation; ",
            Assert.Throws<DivergenceException>(() => trainer.Run()).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void ARunWhoseTimeIsUpIsSavedAndCanGoOn()
    {
        using var model = Model();
        using var trainer = new Trainer(model.CreateObjective(_data), Options with { MaxTime = TimeSpan.FromTicks(1) }, seed: 1)
        {
            CheckpointFolder = _folder["a"],
        };
        Assert.Equal((TrainingOutcome.Cancelled, 0L), trainer.Run() is var result ? (result.Outcome, result.Step) : default);

        // How long it may take is no part of what a run is.
        using var rest = new Trainer(model.CreateObjective(_data), Options, seed: 1) { CheckpointFolder = _folder["a"] };
        using (var checkpoint = Checkpoint.OpenNewest(_folder["a"]))
        {
            rest.Resume(checkpoint);
        }

        Assert.Equal(TrainingOutcome.Finished, rest.Run().Outcome);
    }

    [Fact]
    public void GuardsNeedWhatTheyGoBackTo()
    {
        using var model = Model();
        foreach (
            var options in new[]
            {
                Options with
                {
                    Rollback = new RollbackOptions { Deviations = 5 },
                },
                Options with
                {
                    EarlyStopping = new EarlyStoppingOptions { Patience = 2 },
                },
            }
        )
        {
            using var trainer = new Trainer(model.CreateObjective(_data), options);
            Assert.Contains(
                "give the trainer a CheckpointFolder",
                Assert.Throws<ModelGenException>(() => trainer.Run()).Message,
                StringComparison.Ordinal
            );
        }

        foreach (
            var options in new[]
            {
                Options with
                {
                    Rollback = new RollbackOptions { Deviations = 0 },
                },
                Options with
                {
                    Rollback = new RollbackOptions { Deviations = 5, Limit = 0 },
                },
                Options with
                {
                    EarlyStopping = new EarlyStoppingOptions { Patience = 0 },
                },
                Options with
                {
                    EarlyStopping = new EarlyStoppingOptions { Patience = 1, Margin = -1 },
                },
                Options with
                {
                    EarlyStopping = new EarlyStoppingOptions { Patience = 1 },
                    Validation = new ValidationOptions { Fraction = 0.1 },
                },
                Options with
                {
                    MaxTime = TimeSpan.Zero,
                },
            }
        )
        {
            Assert.Throws<ArgumentException>(() => new Trainer(model.CreateObjective(_data), options));
        }
    }

    private static CharacterGpt Model()
    {
        manual_seed(2).Dispose();
        return new CharacterGpt(context: 8, width: 8, layers: 1, dropout: 0.1);
    }

    private sealed class Observer : TrainingObserver
    {
        public List<RollbackReport> Rollbacks { get; } = [];

        public List<int> Steps { get; } = [];

        public List<double> Validations { get; } = [];

        public Action<StepReport> Stepped { get; init; } = static _ => { };

        public override void OnStep(StepReport report)
        {
            Steps.Add((int)report.Step);
            Stepped(report);
        }

        public override void OnValidation(ValidationReport report)
        {
            if (!report.IsFull)
            {
                Validations.Add(report.ValidationLoss);
            }
        }

        public override void OnRollback(RollbackReport report) => Rollbacks.Add(report);
    }
}
