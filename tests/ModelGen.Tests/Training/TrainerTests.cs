using ModelGen.Checkpoints;
using ModelGen.Data;
using ModelGen.Sampling;
using ModelGen.Tests.Models;
using ModelGen.Tokenization;
using ModelGen.Training;
using ModelGen.Training.Gradients;
using ModelGen.Training.Guards;
using ModelGen.Training.Optimizers;
using ModelGen.Training.Schedules;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Training;

public sealed class TrainerTests : IDisposable
{
    private const int Context = 16;

    private static readonly string Text = string.Concat(
        Enumerable.Range(0, 300).Select(static i => $"{i} plus {i % 7} is {i + (i % 7)}.\n")
    );

    private static readonly TrainingOptions Options = new()
    {
        Optimizer = new AdamWOptions
        {
            LearningRate = 3e-3,
            WeightDecay = 0.1,
            Betas = (0.9, 0.99),
        },
        Schedule = new CosineSchedule { Warmup = Duration.Steps(4), Floor = 3e-4 },
        ClipNorm = 0.5,
        BatchSize = 4,
        Duration = Duration.Steps(14),
        Validation = new ValidationOptions
        {
            Every = Duration.Steps(6),
            Batches = 2,
            Fraction = 0.1,
        },
        Checkpoint = new CheckpointOptions { Every = Duration.Steps(5) },
    };

    private readonly TemporaryFolder _folder = new();
    private readonly TokenDataset _data = TokenDataset.Create(Text, new ByteTokenizer(), Context, 0.1);

    public void Dispose()
    {
        _data.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void TheSameRunTwiceEndsInTheSameBytesAndAnotherSeedInOthers()
    {
        var first = Train(_folder["a"], modelSeed: 1, seed: 5);
        manual_seed(77).Dispose();
        Assert.Equal(first, Train(_folder["b"], modelSeed: 1, seed: 5));
        Assert.NotEqual(first, Train(_folder["c"], modelSeed: 1, seed: 6));
        Assert.NotEqual(first, Train(_folder["d"], modelSeed: 2, seed: 5));
    }

    [Fact]
    public void ARunCancelledAndResumedEndsInTheSameBytes()
    {
        var straight = Train(_folder["straight"], modelSeed: 1, seed: 5);
        foreach (var stop in new[] { 1, 5, 7, 13 })
        {
            var path = _folder[$"stop{stop}"];
            using (var cancellation = new CancellationTokenSource())
            using (var model = CreateModel(1))
            using (
                var trainer = CreateTrainer(model, path, 5, new Recorder { Stepped = report => CancelAt(report.Step, stop, cancellation) })
            )
            {
                var result = trainer.Run(cancellation.Token);
                Assert.Equal((TrainingOutcome.Cancelled, (long)stop), (result.Outcome, result.Step));
            }

            // Another initial model: everything must come out of the file.
            Assert.Equal(straight, Resume(path, modelSeed: 99, seed: 5));
        }
    }

    [Fact]
    public void ARunKilledBetweenCheckpointsAndResumedEndsInTheSameBytes()
    {
        var straight = Train(_folder["straight"], modelSeed: 1, seed: 5);
        var path = _folder["killed"];
        using (var model = CreateModel(1))
        using (var trainer = CreateTrainer(model, path, 5, new Recorder { Stepped = report => ThrowAt(report.Step, 8) }))
        {
            Assert.Throws<TimeoutException>(() => trainer.Run());
        }

        File.WriteAllText(StepFiles.PathOf(path, 10) + ".tmp", "half a file");

        using (var checkpoint = Checkpoint.OpenNewest(path))
        {
            Assert.Equal(5, checkpoint.Step);
        }

        Assert.Equal(straight, Resume(path, modelSeed: 99, seed: 5));
    }

    [Fact]
    public void ResumingAFinishedRunMeasuresItAgain()
    {
        var bytes = Train(_folder["a"], modelSeed: 1, seed: 5);
        using var model = CreateModel(2);
        var recorder = new Recorder();
        using var trainer = CreateTrainer(model, _folder["a"], 5, recorder);
        using (var checkpoint = Checkpoint.OpenNewest(_folder["a"]))
        {
            trainer.Resume(checkpoint);
        }

        var result = trainer.Run();
        Assert.Equal(["start 14/14", "validation 14 full", "end Finished 14"], recorder.Events);
        Assert.Equal(model.CreateObjective(_data).Validate(4)[0].Value, result.ValidationLoss);
        Assert.Equal(bytes, File.ReadAllBytes(_folder.Newest("a")));
    }

    [Fact]
    public void ARunCancelledWhileItIsMeasuredIsSavedAndMeasuredWhenResumed()
    {
        var straight = Train(_folder["a"], modelSeed: 1, seed: 5);
        var path = _folder["b"];
        using (var model = CreateModel(1))
        using (var cancellation = new CancellationTokenSource())
        {
            var recorder = new Recorder { Validating = _ => cancellation.Cancel() };
            using var trainer = CreateTrainer(model, path, 5, recorder);

            var result = trainer.Run(cancellation.Token);

            Assert.Equal((TrainingOutcome.Cancelled, 14L), (result.Outcome, result.Step));
            Assert.Single(recorder.Shares);
            Assert.DoesNotContain("validation 14 full", recorder.Events);
        }

        Assert.Equal(straight, File.ReadAllBytes(_folder.Newest("b")));
        using var resumed = CreateModel(2);
        var after = new Recorder();
        using var again = CreateTrainer(resumed, path, 5, after);
        using (var checkpoint = Checkpoint.OpenNewest(path))
        {
            again.Resume(checkpoint);
        }

        Assert.Equal(TrainingOutcome.Finished, again.Run().Outcome);
        Assert.Contains("validation 14 full", after.Events);
        Assert.InRange(after.Shares.Count, 2, int.MaxValue);
        Assert.Equal(after.Shares.Order(), after.Shares);
        Assert.Equal(1, after.Shares[^1]);
    }

    [Fact]
    public void ObserversSeeTheRunInOrder()
    {
        using var model = CreateModel(1);
        var recorder = new Recorder();
        using var trainer = new Trainer(model.CreateObjective(_data), Options, 5)
        {
            CheckpointFolder = _folder["a"],
            ReportEvery = 4,
            Observers = { recorder },
        };
        trainer.Run();
        Assert.Equal(
            [
                "start 0/14",
                "checkpoint 0",
                "validation 0 estimate",
                "step 4",
                "step 5",
                "checkpoint 5",
                "validation 6 estimate",
                "step 8",
                "step 10",
                "checkpoint 10",
                "step 12",
                "validation 12 estimate",
                "step 14",
                "checkpoint 14",
                "validation 14 full",
                "end Finished 14",
            ],
            recorder.Events
        );
    }

    [Fact]
    public void ReportsHoldTheMeanLossOfTheirStepsAndTheScheduledRate()
    {
        var single = new Recorder();
        using (var model = CreateModel(1))
        using (
            var trainer = new Trainer(model.CreateObjective(_data), Options with { Checkpoint = null }, 5)
            {
                ReportEvery = 1,
                Observers = { single },
            }
        )
        {
            trainer.Run();
        }

        var grouped = new Recorder();
        using (var model = CreateModel(1))
        using (
            var trainer = new Trainer(model.CreateObjective(_data), Options with { Checkpoint = null }, 5)
            {
                ReportEvery = 5,
                Observers = { grouped },
            }
        )
        {
            trainer.Run();
        }

        Assert.Equal([5L, 10, 14], grouped.Reports.Select(static report => report.Step));
        Assert.Equal(single.Reports.Take(5).Average(static report => report.TrainLoss), grouped.Reports[0].TrainLoss, 1e-9);
        Assert.Equal(single.Reports.Skip(10).Average(static report => report.TrainLoss), grouped.Reports[2].TrainLoss, 1e-9);
        for (var step = 0; step < 14; step++)
        {
            Assert.Equal(Options.Schedule.LearningRate(3e-3, step, new RunLength(14, 1, "tokens", 1)), single.Reports[step].LearningRate);
        }

        Assert.All(single.Reports, static report => Assert.True(report.UnitsPerSecond > 0 && report.Remaining >= TimeSpan.Zero));
    }

    [Fact]
    public void AStepIsLossBackwardClipAndAdamW()
    {
        // The same three steps by hand, with TorchSharp's own parts. An epsilon well above the rounding of a gradient: below it Adam
        // turns gradients that are nothing but rounding, which differ from processor to processor, into whole steps.
        const double Epsilon = 1e-4;
        var optimizer = new AdamWOptions
        {
            LearningRate = 3e-3,
            WeightDecay = 0.1,
            Betas = (0.9, 0.99),
            Epsilon = Epsilon,
        };
        using var scope = NewDisposeScope();
        using var trained = CreateModel(1, dropout: 0);
        using var byHand = CreateModel(1, dropout: 0);
        using (
            var trainer = new Trainer(
                trained.CreateObjective(_data),
                Options with
                {
                    Optimizer = optimizer,
                    Duration = Duration.Steps(3),
                    Schedule = new ConstantSchedule { Warmup = Duration.Steps(1) },
                },
                5
            )
        )
        {
            trainer.Run();
        }

        using var decayed = optim.AdamW(
            byHand.parameters().Where(static parameter => parameter.dim() >= 2),
            beta1: 0.9,
            beta2: 0.99,
            eps: Epsilon,
            weight_decay: 0.1
        );
        using var undecayed = optim.AdamW(
            byHand.parameters().Where(static parameter => parameter.dim() < 2),
            beta1: 0.9,
            beta2: 0.99,
            eps: Epsilon,
            weight_decay: 0
        );
        for (var step = 0; step < 3; step++)
        {
            foreach (var group in decayed.ParamGroups.Concat(undecayed.ParamGroups))
            {
                group.LearningRate = step == 0 ? 1.5e-3 : 3e-3;
            }

            var (inputs, targets) = _data.Training.Batch(4, 5, step);
            byHand.zero_grad();
            nn.functional.cross_entropy(byHand.call(inputs).reshape(-1, 256), targets.reshape(-1)).backward();
            nn.utils.clip_grad_norm_(byHand.parameters(), 0.5);
            decayed.step();
            undecayed.step();
        }

        foreach (var (ours, theirs) in trained.parameters().Zip(byHand.parameters()))
        {
            Assert.InRange((ours - theirs).abs().max().item<float>(), 0, 1e-6);
        }
    }

    [Fact]
    public void LiveTensorsStayConstantOverAThousandSteps()
    {
        using var model = new CharacterGpt(context: Context, width: 8, heads: 1, layers: 2, dropout: 0.1);
        var counts = new HashSet<long>();
        var gradients = 0;
        var recorder = new Recorder
        {
            Stepped = report =>
            {
                if (report.Step > 1)
                {
                    counts.Add(Tensor.TotalCount);
                }

                if (report.Step % 100 == 0)
                {
                    gradients += model.parameters().Count(static parameter => parameter.grad is not null);
                }
            },
        };
        var options = Options with
        {
            Duration = Duration.Steps(1000),
            Validation = Options.Validation with { Every = Duration.Steps(100) },
            Checkpoint = new CheckpointOptions { Every = Duration.Steps(200) },
        };
        using var trainer = new Trainer(model.CreateObjective(_data), options, 1)
        {
            CheckpointFolder = _folder["a"],
            ReportEvery = 1,
            Observers = { recorder },
        };
        GC.Collect();
        GC.WaitForPendingFinalizers();

        var result = trainer.Run();

        Assert.Single(counts);
        Assert.Equal(0, gradients);
        Assert.Equal(1000, recorder.Reports.Count);

        // And it has learned something on the way: a byte drawn evenly would cost ln 256 = 5.5 nats.
        Assert.InRange(result.ValidationLoss!.Value, 0.1, 2.5);
    }

    [Fact]
    public void ALossThatIsNoNumberStopsTheRunAndKeepsTheCheckpoint()
    {
        using var model = CreateModel(1);
        var recorder = new Recorder();
        recorder.Stepped = report =>
        {
            if (report.Step == 7)
            {
                using var noGrad = no_grad();
                model.parameters().First().fill_(float.NaN);
            }
        };
        using var trainer = CreateTrainer(model, _folder["a"], 5, recorder);
        var message = Assert.Throws<DivergenceException>(() => trainer.Run()).Message;
        Assert.Contains("The loss is NaN or infinite at step 8", message);
        Assert.Contains("the checkpoint of step 5 is kept", message);
        Assert.Equal("end Failed 7", recorder.Events[^1]);
        using var checkpoint = Checkpoint.OpenNewest(_folder["a"]);
        Assert.Equal(5, checkpoint.Step);
    }

    [Fact]
    public void ReportsTellHowLargeGradientsAreAndHowFarTheLastStepWent()
    {
        using var model = CreateModel(1);
        var recorder = new Recorder();
        var before = Norm();
        recorder.Stepped = report =>
        {
            // A step of descent is the gradient times the learning rate.
            Assert.Equal(0.5 * report.GradientNorm!.Value / before, report.UpdateRatio!.Value, 1e-4 * report.UpdateRatio.Value);
            Assert.True(report.GradientNorm > 0 && report.PeakMemory > 1 << 20);
            before = Norm();
        };
        using var trainer = new Trainer(
            model.CreateObjective(_data),
            Options with
            {
                Optimizer = new SgdOptions { LearningRate = 0.5 },
                Schedule = new ConstantSchedule(),
                ClipNorm = null,
            },
            5
        )
        {
            ReportEvery = 1,
            Observers = { recorder },
        };
        trainer.Run();
        Assert.Equal(14, recorder.Reports.Count);

        double Norm() => Math.Sqrt(model.parameters().Sum(static parameter => parameter.square().sum().item<float>()));
    }

    [Fact]
    public void StepsThatWereNotLookedAtHaveNoFigures()
    {
        using var model = CreateModel(1);
        var recorder = new Recorder();
        using var trainer = new Trainer(model.CreateObjective(_data), Options, 5) { ReportEvery = 6, Observers = { recorder } };
        trainer.Run();
        Assert.Equal(
            [(6L, true), (12, true), (14, false)],
            recorder.Reports.Select(static report => (report.Step, report.GradientNorm is not null && report.UpdateRatio is not null))
        );
    }

    [Fact]
    public void WeightsThatAreNoNumbersAreNotSaved()
    {
        using var model = CreateModel(1);
        var recorder = new Recorder
        {
            Stepped = report =>
            {
                if (report.Step != 10)
                {
                    return;
                }

                using var noGrad = no_grad();
                model.parameters().Last().fill_(float.PositiveInfinity);
            },
        };
        using var trainer = CreateTrainer(model, _folder["a"], 5, recorder);
        Assert.Contains("at step 10", Assert.Throws<DivergenceException>(() => trainer.Run()).Message);
        using var checkpoint = Checkpoint.OpenNewest(_folder["a"]);
        Assert.Equal(5, checkpoint.Step);
    }

    [Fact]
    public void DurationsCountTokensAndEpochs()
    {
        using var model = CreateModel(1);
        var objective = model.CreateObjective(_data);
        using var tokens = new Trainer(objective, Options with { Duration = Duration.Tokens(1000) });
        Assert.Equal(16, tokens.TotalSteps); // 1000 / (4 · 16), rounded up
        using var epochs = new Trainer(objective, Options with { Duration = Duration.Epochs(2) });
        Assert.Equal((long)Math.Ceiling(2 * _data.Training.SamplesPerEpoch / 4.0), epochs.TotalSteps);
        Assert.Contains(
            "0 steps makes no step",
            Assert.Throws<ModelGenException>(() => new Trainer(objective, Options with { Duration = Duration.Steps(0) })).Message
        );
    }

    [Fact]
    public void OptionsOutOfRangeAreRefused()
    {
        using var model = CreateModel(1);
        var objective = model.CreateObjective(_data);
        Assert.Throws<ArgumentException>(() => new Trainer(objective, Options with { BatchSize = 0 }));
        Assert.Throws<ArgumentException>(() => new Trainer(objective, Options with { ClipNorm = 0 }));
        Assert.Throws<ArgumentException>(() =>
            new Trainer(objective, Options with { Validation = Options.Validation with { Batches = 0 } })
        );
        Assert.Throws<ArgumentException>(() =>
            new Trainer(objective, Options with { Validation = Options.Validation with { Fraction = 1 } })
        );
        Assert.Throws<ArgumentException>(() => new Trainer(objective, Options with { Schedule = new CosineSchedule { Floor = 1 } }));
        Assert.Throws<ArgumentException>(() => new Trainer(objective, Options with { Optimizer = new AdamWOptions { LearningRate = 0 } }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Trainer(objective, Options) { ReportEvery = 0 });
    }

    [Fact]
    public void ACheckpointOfOtherDataSeedOrLengthIsNotResumed()
    {
        Train(_folder["a"], modelSeed: 1, seed: 5);
        using var checkpoint = Checkpoint.OpenNewest(_folder["a"]);
        using var model = CreateModel(1);

        using var otherSeed = CreateTrainer(model, _folder["b"], 6, new Recorder());
        Assert.Contains(
            "does not belong to this run: seed was 5 and is 6; resume",
            Assert.Throws<ModelGenException>(() => otherSeed.Resume(checkpoint)).Message
        );

        using var otherData = TokenDataset.Create(Text + "More.", new ByteTokenizer(), Context, 0.1);
        using var otherTrainer = new Trainer(model.CreateObjective(otherData), Options, 5);
        Assert.Contains("other data", Assert.Throws<ModelGenException>(() => otherTrainer.Resume(checkpoint)).Message);

        using var shorter = new Trainer(model.CreateObjective(_data), Options with { Duration = Duration.Steps(13) }, 5);
        Assert.Contains(
            "has made 14 steps, but this run ends at step 13",
            Assert.Throws<ModelGenException>(() => shorter.Resume(checkpoint)).Message
        );

        using var longer = new Trainer(model.CreateObjective(_data), Options with { Duration = Duration.Steps(15) }, 5);
        Assert.Contains(
            "duration was 14 steps and is 15 steps, on which the learning rate of the steps already made depends",
            Assert.Throws<ModelGenException>(() => longer.Resume(checkpoint)).Message
        );
    }

    [Fact]
    public void ACheckpointOfAnotherModelIsRefusedInOneSentence()
    {
        Train(_folder["a"], modelSeed: 1, seed: 5);
        using var checkpoint = Checkpoint.OpenNewest(_folder["a"]);
        Assert.Equal(nameof(CharacterGpt), checkpoint.ModelName);

        using var wider = new CharacterGpt(context: Context, width: 32, dropout: 0.2, name: "WiderGpt");
        var message = Assert.Throws<ModelGenException>(() => checkpoint.LoadInto(wider)).Message;
        Assert.Contains("the model CharacterGpt", message);
        Assert.Contains("not to this WiderGpt", message);
        Assert.Contains("the tensor '_tokens.weight' is Float32 [256, 16] in the checkpoint and Float32 [256, 32] here", message);

        using var deeper = new CharacterGpt(context: Context, layers: 5, dropout: 0.2);
        Assert.Contains("has no tensor '_blocks.4.", Assert.Throws<ModelGenException>(() => checkpoint.LoadInto(deeper)).Message);
        using var shallower = new CharacterGpt(context: Context, layers: 3, dropout: 0.2);
        Assert.Contains(
            "has an unexpected tensor '_blocks.3.",
            Assert.Throws<ModelGenException>(() => checkpoint.LoadInto(shallower)).Message
        );

        // The same tensors, but another function of them.
        using var headed = new CharacterGpt(context: Context, heads: 4, dropout: 0.2);
        Assert.Contains("tensors match", Assert.Throws<ModelGenException>(() => checkpoint.LoadInto(headed)).Message);
    }

    [Fact]
    public void ACheckpointAloneIsEnoughToWriteText()
    {
        string trained;
        using (var model = CreateModel(1))
        using (var trainer = CreateTrainer(model, _folder["a"], 5, new Recorder()))
        {
            trainer.Run();
            trained = TextGenerator.Generate(model, _data.Tokenizer, "1", 30, new SamplingOptions(), seed: 3);
        }

        using var fresh = CreateModel(9);
        using var checkpoint = Checkpoint.OpenNewest(_folder["a"]);
        checkpoint.LoadInto(fresh);
        Assert.Equal((14L, 5UL), (checkpoint.Step, checkpoint.Seed));
        Assert.Equal(trained, TextGenerator.Generate(fresh, checkpoint.CreateTokenizer(), "1", 30, new SamplingOptions(), seed: 3));
    }

    [Fact]
    public void AFullDiskStopsTheRunAndKeepsTheCheckpoint()
    {
        if (!OperatingSystem.IsLinux())
        {
            return; // only Linux has /dev/full
        }

        using var model = CreateModel(1);
        using var trainer = CreateTrainer(
            model,
            _folder["a"],
            5,
            new Recorder
            {
                Stepped = report =>
                {
                    if (report.Step == 7)
                    {
                        File.CreateSymbolicLink(StepFiles.PathOf(_folder["a"], 10) + ".tmp", "/dev/full");
                    }
                },
            }
        );
        Assert.Contains("No space left on device", Assert.Throws<ModelGenException>(() => trainer.Run()).Message);
        using var checkpoint = Checkpoint.OpenNewest(_folder["a"]);
        Assert.Equal(5, checkpoint.Step);
        checkpoint.LoadInto(model);
        Assert.Equal(
            ["step-000000.safetensors", "step-000005.safetensors"],
            Directory.EnumerateFileSystemEntries(_folder["a"]).Select(Path.GetFileName).Order()
        );
    }

    [Fact]
    public void FilesThatAreNoCheckpointsAreRefused()
    {
        using var scope = NewDisposeScope();
        Safetensors.Write(_folder["plain"], new Dictionary<string, Tensor> { ["x"] = ones(2) }, new Dictionary<string, string>());
        Assert.Contains("is not a ModelGen checkpoint", Assert.Throws<ModelGenException>(() => Checkpoint.Open(_folder["plain"])).Message);
        Assert.Equal(
            $"The checkpoint '{_folder["none"]}' does not exist.",
            Assert.Throws<ModelGenException>(() => Checkpoint.Open(_folder["none"])).Message
        );

        Train(_folder["a"], modelSeed: 1, seed: 5);
        using var whole = Safetensors.Open(_folder.Newest("a"));
        foreach (
            var (key, value, expected) in new[]
            {
                ("format", "modelgen-checkpoint-9", "format 'modelgen-checkpoint-9'"),
                ("step", "-1", "step"),
                ("seed", "x", "seed"),
            }
        ) // each hashed anew
        {
            Safetensors.WriteHashed(
                _folder["b"],
                new Dictionary<string, Tensor>(),
                new Dictionary<string, string>(whole.Metadata) { [key] = value },
                "checkpoint"
            );
            Assert.Contains(expected, Assert.Throws<ModelGenException>(() => Checkpoint.Open(_folder["b"])).Message);
        }
    }

    private static CharacterGpt CreateModel(long seed, double dropout = 0.2)
    {
        manual_seed(seed).Dispose();
        return new CharacterGpt(context: Context, dropout: dropout);
    }

    private static void CancelAt(long step, long stop, CancellationTokenSource cancellation)
    {
        if (step == stop)
        {
            cancellation.Cancel();
        }
    }

    private static void ThrowAt(long step, long stop)
    {
        if (step == stop)
        {
            throw new TimeoutException();
        }
    }

    private Trainer CreateTrainer(CharacterGpt model, string path, ulong seed, TrainingObserver observer) =>
        new(model.CreateObjective(_data), Options, seed)
        {
            CheckpointFolder = path,
            ReportEvery = 1,
            Observers = { observer },
        };

    private byte[] Train(string path, long modelSeed, ulong seed)
    {
        using var model = CreateModel(modelSeed);
        using var trainer = CreateTrainer(model, path, seed, new Recorder());
        Assert.Equal(TrainingOutcome.Finished, trainer.Run().Outcome);
        return File.ReadAllBytes(StepFiles.NewestFirst(path)[0].Path);
    }

    private byte[] Resume(string path, long modelSeed, ulong seed)
    {
        using var model = CreateModel(modelSeed);
        using var trainer = CreateTrainer(model, path, seed, new Recorder());
        using (var checkpoint = Checkpoint.OpenNewest(path))
        {
            trainer.Resume(checkpoint);
        }

        Assert.Equal(TrainingOutcome.Finished, trainer.Run().Outcome);
        return File.ReadAllBytes(StepFiles.NewestFirst(path)[0].Path);
    }

    private sealed class Recorder : TrainingObserver
    {
        public List<string> Events { get; } = [];

        public List<StepReport> Reports { get; } = [];

        public List<double> Shares { get; } = [];

        public Action<StepReport> Stepped { get; set; } = static _ => { };

        public Action<double> Validating { get; set; } = static _ => { };

        public override void OnStart(TrainingStart start) => Events.Add($"start {start.Step}/{start.TotalSteps}");

        public override void OnStep(StepReport report)
        {
            Events.Add($"step {report.Step}");
            Reports.Add(report);
            Stepped(report);
        }

        public override void OnValidating(double share)
        {
            Shares.Add(share);
            Validating(share);
        }

        public override void OnValidation(ValidationReport report) =>
            Events.Add($"validation {report.Step} {(report.IsFull ? "full" : "estimate")}");

        public override void OnCheckpoint(CheckpointReport report) => Events.Add($"checkpoint {report.Step}");

        public override void OnEnd(TrainingResult result) => Events.Add($"end {result.Outcome} {result.Step}");
    }
}
