using System.Globalization;
using ModelGen.Checkpoints;
using ModelGen.Data;
using ModelGen.Tests.Models;
using ModelGen.Tokenization;
using ModelGen.Training;
using ModelGen.Training.Guards;
using ModelGen.Training.Optimizers;
using static TorchSharp.torch;

namespace ModelGen.Tests.Training;

/// <summary>
/// A run that is stopped anywhere and resumed, with some of its settings changed, ends in the bytes of a run that had the changed settings
/// from its first step, or it is refused for what was changed.
/// </summary>
public sealed class ResumeExactnessTests : IDisposable
{
    private const string Count = "MODELGEN_RESUME_COUNT";

    private readonly int _threads = get_num_threads();
    private readonly TemporaryFolder _folder = new();
    private readonly TokenDataset _data;

    public ResumeExactnessTests()
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
    public void ResumedRunsEndInTheBytesOfWholeOnesOrAreRefused()
    {
        var count = Environment.GetEnvironmentVariable(Count) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : 40;
        var (same, refused) = (0, 0);
        for (var number = 0; number < count; number++)
        {
            var random = new Random(number);
            var before = Draw(random);
            var after = Change(before, random, out var changes);
            var stop = random.Next(1, 70);
            var (whole, parts) = ($"{number}-whole", $"{number}-parts");
            Run(before, parts, stopAt: stop, out _);
            if (Run(after, parts, stopAt: null, out var refusal) is not { } end)
            {
                Assert.True(changes.Any(refusal!.Contains), $"{number}: {string.Join(", ", changes)}: {refusal}");
                refused++;
                continue;
            }

            var expected = Run(after, whole, stopAt: null, out _);
            Assert.True(expected == end, $"{number}, changed {string.Join(", ", changes)}, stopped at {stop}: {expected} and {end}");
            same++;
        }

        // Neither may be all that ever happens.
        Assert.True(same > count / 4 && refused > count / 10, $"{same} ended the same, {refused} were refused");
    }

    // The review's case: when a run stops early hangs on how often it is measured.
    [Fact]
    public void WhatDecidesWhenARunEndsMayNotChange()
    {
        var options = Options with { EarlyStopping = new EarlyStoppingOptions { Patience = 3 } };
        Run(options, "a", stopAt: 12, out _);
        Run(options with { Validation = options.Validation with { Every = Duration.Steps(7) } }, "a", stopAt: null, out var every);
        Run(options with { Validation = options.Validation with { Batches = 2 } }, "a", stopAt: null, out var batches);
        Assert.Contains("training.validation.every was 10 steps and is 7 steps; resume", every, StringComparison.Ordinal);
        Assert.Contains("training.validation.batches was 1 and is 2; resume", batches, StringComparison.Ordinal);

        var guarded = Options with { Rollback = new RollbackOptions { Deviations = 20 } };
        Run(guarded, "b", stopAt: 12, out _);
        Run(guarded with { Checkpoint = new CheckpointOptions { Every = Duration.Steps(5) } }, "b", stopAt: null, out var saved);
        Assert.Contains("training.checkpoint.every was 20 steps and is 5 steps; resume", saved, StringComparison.Ordinal);
    }

    // The last step is measured though it is no regular one; a longer run does not measure there, and so may not end with what was best
    // there.
    [Fact]
    public void TheBestOfAShorterRunIsNotThatOfALongerOne()
    {
        var options = Options with
        {
            Duration = Duration.Steps(15),
            EarlyStopping = new EarlyStoppingOptions { Patience = 50 },
        };
        Run(options, "a", stopAt: null, out _);
        Run(options with { Duration = Duration.Steps(40) }, "a", stopAt: null, out var refusal);

        Assert.Contains(
            "holds the weights of step 15, at which a shorter run ended and which a run of 40 steps does not validate, "
                + "instead of those of step 10; resume with a duration of 15 steps",
            refusal,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void ARunThatGoesBackKeepsTheBestThatItHas()
    {
        // It goes back from 74 to 60, with the best weights of step 70.
        var options = Options with
        {
            Duration = Duration.Steps(75),
            Rollback = new RollbackOptions { Deviations = 20 },
            EarlyStopping = new EarlyStoppingOptions { Patience = 50, Margin = 0.02 },
            Optimizer = new AdamWOptions { LearningRate = 3e-4 },
        };
        using var model = Model();
        var observer = new Best();
        using var trainer = new Trainer(new LeapingObjective(model, _data, leapAt: 73), options, seed: 1)
        {
            CheckpointFolder = _folder["a"],
            Observers = { observer },
        };
        var result = trainer.Run();

        Assert.Equal(observer.BestStep(0.02), result.BestStep);
    }

    private static readonly TrainingOptions Options = new()
    {
        Optimizer = new AdamWOptions { LearningRate = 3e-3 },
        BatchSize = 4,
        Duration = Duration.Steps(80),
        Validation = new ValidationOptions
        {
            Every = Duration.Steps(10),
            Batches = 1,
            Fraction = 0.1,
        },
        Checkpoint = new CheckpointOptions { Every = Duration.Steps(20), Keep = 3 },
    };

    private static TrainingOptions Draw(Random random) =>
        Options with
        {
            Optimizer = Pick<OptimizerOptions>(
                random,
                new AdamWOptions { LearningRate = 3e-3 },
                new SgdOptions { LearningRate = 0.05, Momentum = 0.9 },
                new LionOptions { LearningRate = 1e-3 }
            ),
            Duration = Duration.Steps(random.Next(50, 90)),
            ClipNorm = Pick<double?>(random, null, 1),
            Average = Pick<double?>(random, null, null, 0.9),
            Accumulate = random.Next(1, 3),
            Validation = Options.Validation with { Every = Duration.Steps(random.Next(4, 12)), Batches = random.Next(1, 3) },
            Checkpoint = new CheckpointOptions { Every = Duration.Steps(random.Next(5, 25)), Keep = random.Next(1, 4) },
            EarlyStopping = Pick(
                random,
                null,
                new EarlyStoppingOptions { Patience = random.Next(1, 5), Margin = random.Next(1, 20) / 100.0 }
            ),
            Rollback = Pick(random, null, new RollbackOptions { Deviations = 20, Limit = 2 }),
            Rates = Pick(random, None<double>(), new() { ["_tokens"] = 0.1, ["_blocks"] = 0.5 }),
            Unfreeze = Pick(
                random,
                None<Duration>(),
                new() { ["_tokens"] = Duration.Steps(random.Next(1, 45)), ["_blocks.0"] = Duration.Steps(random.Next(1, 45)) }
            ),
        };

    private static Dictionary<string, T> None<T>() => [];

    // Some changes, and what a refusal may name for them.
    private static TrainingOptions Change(TrainingOptions options, Random random, out List<string> names)
    {
        names = [];
        for (
            var times = random.Next(5) switch
            {
                0 => 0,
                < 4 => 1,
                _ => 2,
            };
            times > 0;
            times--
        )
        {
            var (name, changed) = random.Next(9) switch
            {
                0 => (
                    "validation.every",
                    options with
                    {
                        Validation = options.Validation with { Every = Duration.Steps(random.Next(4, 12)) },
                    }
                ),
                1 => ("validation.batches", options with { Validation = options.Validation with { Batches = random.Next(1, 4) } }),
                2 => (
                    "checkpoint.every",
                    options with
                    {
                        Checkpoint = options.Checkpoint! with { Every = Duration.Steps(random.Next(5, 25)) },
                    }
                ),
                3 => ("keep", options with { Checkpoint = options.Checkpoint! with { Keep = random.Next(1, 5) } }),
                4 => ("max-time", options with { MaxTime = TimeSpan.FromHours(random.Next(1, 4)) }),
                5 => ("duration", options with { Duration = Duration.Steps(random.Next(50, 110)) }),
                6 => (
                    "early-stopping",
                    options with
                    {
                        EarlyStopping = new EarlyStoppingOptions { Patience = random.Next(1, 8), Margin = 0.01 },
                    }
                ),
                7 => (
                    "rollback",
                    options with
                    {
                        Rollback = new RollbackOptions { Deviations = 20, Limit = random.Next(1, 3) },
                    }
                ),
                _ => ("average", options with { Average = 0.8 }),
            };
            options = changed;
            names.Add(name);

            // A run that is now shorter than its checkpoint, and the best of one that ended elsewhere.
            if (name == "duration")
            {
                names.AddRange(["but this run ends at step", "at which a shorter run ended"]);
            }
        }

        return options;
    }

    private static T Pick<T>(Random random, params T[] all) => all[random.Next(all.Length)];

    private static CharacterGpt Model()
    {
        manual_seed(2).Dispose();
        return new CharacterGpt(context: 8, width: 8, layers: 1, dropout: 0.1) { Split = ModelGen.Layers.BatchSplit.Sequential };
    }

    // Begins a run in a folder, or goes on where there is one; null where that is refused. What it gives tells one run from another to the
    // byte.
    private string? Run(TrainingOptions options, string name, int? stopAt, out string? refusal)
    {
        refusal = null;
        using var model = Model();
        using var stop = new CancellationTokenSource();
        using var trainer = new Trainer(new LeapingObjective(model, _data, leapAt: 33, leapUntil: 33), options, seed: 1)
        {
            CheckpointFolder = _folder[name],
            ReportEvery = 1,
            Observers = { new Stopper(stop, stopAt) },
        };
        try
        {
            if (StepFiles.NewestFirst(_folder[name]).Count > 0)
            {
                using var checkpoint = Checkpoint.OpenNewest(_folder[name]);
                trainer.Resume(checkpoint);
            }

            var result = trainer.Run(stop.Token);
            var weights = string.Concat(
                model
                    .state_dict()
                    .Select(entry => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(entry.Value.bytes))[..8])
            );
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{result.Outcome} at {result.Step} with {result.BestStep}, {result.ValidationLoss:R}: {weights}"
            );
        }
        catch (DivergenceException exception)
        {
            return exception.Message.Split(" (the checkpoint")[0];
        }
        catch (ModelGenException exception)
        {
            refusal = exception.Message;
            return null;
        }
    }

    private sealed class Stopper(CancellationTokenSource stop, int? stopAt) : TrainingObserver
    {
        public override void OnStep(StepReport report)
        {
            if (report.Step == stopAt)
            {
                stop.Cancel();
            }
        }
    }

    private sealed class Best : TrainingObserver
    {
        private readonly List<(long Step, double Loss)> _all = [];

        public long BestStep(double margin)
        {
            var best = _all[0];
            foreach (var next in _all)
            {
                best = next.Loss < best.Loss - margin ? next : best;
            }

            return best.Step;
        }

        public override void OnValidation(ValidationReport report)
        {
            if (!report.IsFull)
            {
                _all.Add((report.Step, report.ValidationLoss));
            }
        }
    }
}
