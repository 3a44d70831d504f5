using ModelGen.Checkpoints;
using ModelGen.Data;
using ModelGen.Likelihoods;
using ModelGen.Objectives;
using ModelGen.Tests.Models;
using ModelGen.Tokenization;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using ModelGen.Training.Schedules;
using static TorchSharp.torch;

namespace ModelGen.Tests.Training;

/// <summary>Which changes between a checkpoint and its resume are refused, and which are told.</summary>
public sealed class ResumeTests : IDisposable
{
    private static readonly TrainingOptions Options = new()
    {
        Optimizer = new AdamWOptions { LearningRate = 3e-3 },
        Schedule = new CosineSchedule { Warmup = Duration.Steps(4), Floor = 3e-4 },
        BatchSize = 4,
        Duration = Duration.Steps(6),
        Validation = new ValidationOptions
        {
            Every = Duration.Steps(2),
            Batches = 1,
            Fraction = 0.1,
        },
    };

    private readonly TemporaryFolder _folder = new();
    private readonly TokenDataset _data = Data("");

    public void Dispose()
    {
        _data.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void EveryDifferenceIsListedAtOnce()
    {
        Train(Options);
        using var model = new CharacterGpt(context: 16, width: 32);
        using var data = Data("More.");
        var changed = Options with
        {
            Optimizer = new AdamWOptions { LearningRate = 2e-3, Betas = (0.9, 0.95) },
            BatchSize = 6,
            ClipNorm = 0.5,
        };
        using var trainer = new Trainer(model.CreateObjective(data), changed, 9);
        using var checkpoint = Checkpoint.OpenNewest(_folder["run"]);
        var message = Assert.Throws<ModelGenException>(() => trainer.Resume(checkpoint)).Message;
        foreach (
            var part in new[]
            {
                $"The checkpoint '{checkpoint.Path}' does not belong to this run: it belongs to the model CharacterGpt (",
                "the tensor '_tokens.weight' is Float32 [256, 16] in the checkpoint and Float32 [256, 32] here, the tensor "
                    + "'_positions.weight' is ",
                " more; it was trained on other data or another validation split (",
                "; seed was 5 and is 9; training.batch-size was 4 and is 6; training.clip-norm was none and is 0.5; "
                    + "training.optimizer.betas was (0.9, 0.999) and is (0.9, 0.95); training.optimizer.learning-rate was 0.003 and is "
                    + "0.002; resume it as it was started, or start a new run.",
            }
        )
        {
            Assert.Contains(part, message);
        }
    }

    [Fact]
    public void AnotherScheduleOrOptimizerIsNamedWithoutItsSettings()
    {
        Train(Options);
        Assert.Contains(
            "does not belong to this run: training.optimizer was AdamW and is Adam; training.schedule was CosineSchedule and is "
                + "ConstantSchedule; resume",
            Refused(
                Options with
                {
                    Optimizer = new AdamOptions { LearningRate = 3e-3 },
                    Schedule = new ConstantSchedule(),
                }
            )
        );
        Assert.Contains(
            "does not belong to this run: training.schedule.floor was 0.0003 and is 0.0001; resume",
            Refused(
                Options with
                {
                    Schedule = new CosineSchedule { Warmup = Duration.Steps(4), Floor = 1e-4 },
                }
            )
        );
    }

    [Fact]
    public void TheLengthMayChangeWhereTheStepsMadeAreTheSame()
    {
        // Still in its warm-up, and with a constant rate.
        Train(Options, stopAt: 3);
        Assert.Equal(
            ["duration was 6 steps and is 9 steps; the steps already made are the same in both"],
            Resumed(Options with { Duration = Duration.Steps(9) })
        );
        Assert.Contains("it has made 3 steps, but this run ends at step 2", Refused(Options with { Duration = Duration.Steps(2) }));

        Train(Options, name: "later");
        Assert.Contains(
            "duration was 6 steps and is 9 steps, on which the learning rate of the steps already made depends",
            Refused(Options with { Duration = Duration.Steps(9) }, "later")
        );

        var constant = Options with { Schedule = new ConstantSchedule() };
        Train(constant, name: "constant");
        Assert.Equal(
            ["duration was 6 steps and is 9 steps; the steps already made are the same in both"],
            Resumed(constant with { Duration = Duration.Steps(9) }, "constant")
        );

        // The same length in other words is the same.
        Assert.Empty(Resumed(Options with { Duration = Duration.Tokens(6 * 4 * 16) }));
    }

    [Fact]
    public void ARunMadeLongerEndsInTheBytesOfTheLongOne()
    {
        var constant = Options with { Schedule = new ConstantSchedule() };
        Train(constant, name: "short");
        Train(constant with { Duration = Duration.Steps(9) }, name: "long");
        using var model = new CharacterGpt(context: 16, dropout: 0.2);
        using var trainer = new Trainer(model.CreateObjective(_data), constant with { Duration = Duration.Steps(9) }, 5)
        {
            CheckpointFolder = _folder["short"],
        };
        using (var checkpoint = Checkpoint.OpenNewest(_folder["short"]))
        {
            trainer.Resume(checkpoint);
        }

        trainer.Run();
        Assert.Equal(File.ReadAllBytes(_folder.Newest("long")), File.ReadAllBytes(_folder.Newest("short")));
    }

    [Fact]
    public void HowOftenTheModelIsMeasuredAndSavedMayChange()
    {
        Train(Options);
        Assert.Empty(
            Resumed(
                Options with
                {
                    Validation = Options.Validation with { Every = Duration.Steps(1), Batches = 2 },
                    Checkpoint = new CheckpointOptions { Every = Duration.Steps(1), Keep = 9 },
                }
            )
        );
    }

    [Fact]
    public void AnotherNumberOfThreadsIsTold()
    {
        var threads = get_num_threads();
        set_num_threads(1);
        try
        {
            Train(Options);
            set_num_threads(2);
            Assert.Equal(["threads was 1 and is 2, so the rest of the run may round differently"], Resumed(Options));
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public void WhatShapesTheLossBesideTheModelMustBeTheSame()
    {
        using var model = new SmallVae(side: 8, likelihood: new Gaussian(0.1));
        using var other = new SmallVae(side: 8, likelihood: new Gaussian(0.2));
        using var images = SampleDataset.Create(DrawnDigits.Create(20, seed: 1, size: 8), test: null, validationFraction: 0.5);
        var options = Options with { Schedule = new ConstantSchedule() };
        using (
            var trainer = new Trainer(new ElboObjective(model, images, new ElboOptions { Beta = 2 }), options, 5)
            {
                CheckpointFolder = _folder["run"],
            }
        )
        {
            trainer.Run();
        }

        using var changed = new Trainer(
            new ElboObjective(other, images, new ElboOptions { Beta = 3, Warmup = Duration.Steps(2) }),
            options,
            5
        );
        using var checkpoint = Checkpoint.OpenNewest(_folder["run"]);
        Assert.Contains(
            "this run: objective.elbo.beta was 2 and is 3; objective.elbo.warmup was 0 steps and is 2 steps; objective.likelihood "
                + "was Gaussian of variance 0.1 and is Gaussian of variance 0.2; resume",
            Assert.Throws<ModelGenException>(() => changed.Resume(checkpoint)).Message
        );
    }

    private static TokenDataset Data(string more) =>
        TokenDataset.Create(
            string.Concat(Enumerable.Range(0, 100).Select(static i => $"{i} plus {i % 7} is {i + (i % 7)}.\n")) + more,
            new ByteTokenizer(),
            16,
            0.1
        );

    private void Train(TrainingOptions options, long? stopAt = null, string name = "run")
    {
        manual_seed(1).Dispose();
        using var model = new CharacterGpt(context: 16, dropout: 0.2);
        using var stop = new CancellationTokenSource();
        using var trainer = new Trainer(model.CreateObjective(_data), options, 5)
        {
            CheckpointFolder = _folder[name],
            ReportEvery = 1,
            Observers = { new Watcher(stop, stopAt) },
        };
        trainer.Run(stop.Token);
    }

    private string Refused(TrainingOptions options, string name = "run")
    {
        using var model = new CharacterGpt(context: 16, dropout: 0.2);
        using var trainer = new Trainer(model.CreateObjective(_data), options, 5);
        using var checkpoint = Checkpoint.OpenNewest(_folder[name]);
        return Assert.Throws<ModelGenException>(() => trainer.Resume(checkpoint)).Message;
    }

    private IReadOnlyList<string> Resumed(TrainingOptions options, string name = "run")
    {
        using var model = new CharacterGpt(context: 16, dropout: 0.2);
        using var stop = new CancellationTokenSource();
        var watcher = new Watcher(stop, null);
        using var trainer = new Trainer(model.CreateObjective(_data), options, 5) { Observers = { watcher } };
        using (var checkpoint = Checkpoint.OpenNewest(_folder[name]))
        {
            trainer.Resume(checkpoint);
        }

        stop.Cancel();
        trainer.Run(stop.Token);
        return watcher.Notices;
    }

    private sealed class Watcher(CancellationTokenSource stop, long? stopAt) : TrainingObserver
    {
        public IReadOnlyList<string> Notices { get; private set; } = [];

        public override void OnStart(TrainingStart start) => Notices = start.Notices;

        public override void OnStep(StepReport report)
        {
            if (report.Step == stopAt)
            {
                stop.Cancel();
            }
        }
    }
}
