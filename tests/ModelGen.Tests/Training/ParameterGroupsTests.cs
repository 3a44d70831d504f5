using System.Globalization;
using System.Security.Cryptography;
using ModelGen.Checkpoints;
using ModelGen.Data;
using ModelGen.Layers;
using ModelGen.Losses;
using ModelGen.Objectives;
using ModelGen.Tests.Models;
using ModelGen.Tokenization;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using ModelGen.Training.Schedules;
using ModelGen.Tuning;
using TorchSharp;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace ModelGen.Tests.Training;

/// <summary>Weights that learn faster or slower than the others, or later.</summary>
public sealed class ParameterGroupsTests : IDisposable
{
    private const int Steps = 8;

    private const int Start = 3;

    private static readonly TrainingOptions Options = new()
    {
        Optimizer = new SgdOptions { LearningRate = 0.02 },
        Schedule = new CosineSchedule { Warmup = Duration.Steps(2), Floor = 1e-3 },
        BatchSize = 4,
        Duration = Duration.Steps(Steps),
        Validation = new ValidationOptions { Every = null, Fraction = 0.5 },
        Rates = new Dictionary<string, double> { ["near"] = 0.5, ["far.b*"] = 2 },
        Unfreeze = new Dictionary<string, Duration> { ["far.weight"] = Duration.Steps(Start) },
    };

    private readonly int _threads = get_num_threads();
    private readonly TemporaryFolder _folder = new();
    private readonly TokenDataset _tokens;
    private readonly SampleDataset _images;

    public ParameterGroupsTests()
    {
        var random = new Random(7);
        _tokens = TokenDataset.Create(
            new string([.. Enumerable.Range(0, 3000).Select(_ => "abc de"[random.Next(6)])]),
            new ByteTokenizer(),
            16,
            0.1
        );
        var pixels = new byte[40 * 16];
        random.NextBytes(pixels);
        _images = SampleDataset.Create(
            new ImageCollection(pixels, 1, 4, 4, [.. Enumerable.Range(0, 40).Select(static i => i % 3)], ["a", "b", "c"]),
            null,
            0.2
        );
        set_num_threads(2);
    }

    public static TheoryData<string> Optimizers =>
        [
            .. typeof(OptimizerOptions)
                .Assembly.GetTypes()
                .Where(static type => type.IsSubclassOf(typeof(OptimizerOptions)) && !type.IsAbstract)
                .Select(static type => type.Name),
        ];

    public void Dispose()
    {
        _tokens.Dispose();
        _images.Dispose();
        _folder.Dispose();
        set_num_threads(_threads);
    }

    /// <summary>
    /// SGD with momentum and decay, and AdamW (Loshchilov and Hutter 2019, algorithm 2), in plain numbers: the schedule times the factor,
    /// the norm of the gradients that there are, no decay of what does not learn, and a bias correction that begins with the weight's own
    /// first step.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void StepsAreThoseOfTheFormula(bool isAdam)
    {
        const double rate = 0.02,
            decay = 0.1,
            clip = 1.5,
            momentum = 0.9;
        OptimizerOptions optimizer = isAdam
            ? new AdamWOptions
            {
                LearningRate = rate,
                WeightDecay = decay,
                Epsilon = 1e-2,
            }
            : new SgdOptions
            {
                LearningRate = rate,
                WeightDecay = decay,
                Momentum = momentum,
            };
        using var bowl = new Bowl();
        var all = bowl
            .Weights.named_parameters()
            .SelectMany(static each => Values(each.parameter).Select(value => new Number(each.name, value)))
            .ToList();
        using (var trainer = new Trainer(bowl, Options with { Optimizer = optimizer, ClipNorm = clip }))
        {
            trainer.Run();
        }

        for (var step = 0; step < Steps; step++)
        {
            // Warm-up over two steps, then half a cosine to the floor in the last step.
            var scheduled =
                step < 2 ? rate * (step + 1) / 3 : 1e-3 + ((rate - 1e-3) * 0.5 * (1 + Math.Cos(Math.PI * (step - 2) / (Steps - 2))));
            var learning = all.Where(number => number.Name != "far.weight" || step >= Start).ToList();
            var gradients = learning.Select(number => number.Value - (step + 1)).ToList();
            var scale = Math.Min(1, clip / (Math.Sqrt(gradients.Sum(static g => g * g)) + 1e-6));
            foreach (var (number, gradient) in learning.Zip(gradients.Select(gradient => gradient * scale)))
            {
                var isMatrix = number.Name.EndsWith("weight", StringComparison.Ordinal);
                var factor =
                    number.Name.StartsWith("near", StringComparison.Ordinal) ? 0.5
                    : isMatrix ? 1
                    : 2;
                number.Step(gradient, scheduled * factor, isMatrix ? decay : 0, isAdam, momentum);
            }
        }

        var trained = bowl.Weights.named_parameters().SelectMany(static each => Values(each.parameter)).ToList();
        Assert.All(all.Zip(trained), static pair => Assert.Equal(pair.First.Value, pair.Second, 2e-5));
    }

    /// <summary>The bytes of a run are those of an optimizer for each group that begins when its weights do.</summary>
    [Theory]
    [MemberData(nameof(Optimizers))]
    public void EveryOptimizerLearnsInGroups(string name)
    {
        var optimizer = Of(name);
        using var bowl = new Bowl();
        using (var trainer = new Trainer(bowl, Options with { Optimizer = optimizer }))
        {
            trainer.Run();
        }

        using var scope = NewDisposeScope();
        using var own = new Bowl();
        var all = NamedParameter.AllOf(own.Weights);
        var schedule = Options.Schedule;
        var run = new RunLength(Steps, 10, "images", 4);
        var groups = new (string Names, double Rate, int Start)[] { ("near.", 0.5, 0), ("far.weight", 1, Start), ("far.bias", 2, 0) }
            .Select(group =>
            {
                var some = all.Where(each => each.Name.StartsWith(group.Names, StringComparison.Ordinal)).ToList();
                return (Optimizer: optimizer.CreateForSome(some, all), Some: some, group.Rate, group.Start);
            })
            .ToList();
        for (var step = 0; step < Steps; step++)
        {
            Bowl.Distance(own.Weights.parameters(), step).backward();
            foreach (var group in groups.Where(group => step >= group.Start))
            {
                group.Optimizer.Step(schedule.LearningRate(optimizer.LearningRate, step, run) * group.Rate);
            }

            own.Weights.zero_grad();
        }

        groups.ForEach(static group => group.Optimizer.Dispose());
        Assert.Equal(Hash(own.Weights), Hash(bowl.Weights));
        using var untouched = new Bowl();
        Assert.NotEqual(Hash(untouched.Weights), Hash(bowl.Weights));
    }

    [Fact]
    public void NoGradientIsComputedBeforeWeightsLearn()
    {
        using var bowl = new Bowl();
        using (var trainer = new Trainer(bowl, Options))
        {
            trainer.Run();
        }

        Assert.Equal(
            [
                .. Enumerable.Repeat("far.bias near.bias near.weight", Start),
                .. Enumerable.Repeat("far.bias far.weight near.bias near.weight", Steps - Start),
            ],
            bowl.Asked
        );
        Assert.All(bowl.Weights.parameters(), static weight => Assert.True(weight.requires_grad));
    }

    /// <summary>Weights keep their bytes until they learn, in the average too, whatever decays; resumed anywhere, the run ends in the same
    /// bytes, batches in parts on threads included.</summary>
    [Theory]
    [InlineData("transformer", BatchSplit.Sequential, 1)]
    [InlineData("transformer", BatchSplit.Parallel, 2)]
    [InlineData("network", BatchSplit.Whole, 1)]
    [InlineData("vae", BatchSplit.Whole, 1)]
    [InlineData("gan", BatchSplit.Whole, 1)]
    public void WeightsKeepTheirBytesUntilTheyLearnAndResumedRunsEndInThoseOfWholeOnes(string family, BatchSplit split, int accumulate)
    {
        var options = new GanTrainingOptions
        {
            Optimizer = new AdamWOptions { LearningRate = 0.02, WeightDecay = 0.5 },
            Schedule = new CosineSchedule { Warmup = Duration.Steps(2) },
            ClipNorm = 0.5,
            BatchSize = 4,
            Accumulate = accumulate,
            Duration = Duration.Steps(Steps),
            Validation = new ValidationOptions { Every = null, Fraction = 0.2 },
            Average = 0.9,
        };
        List<string> first;
        using (var scope = NewDisposeScope())
        {
            var (model, _) = Create(family, split);
            first = [.. NamedParameter.AllOf(model).Select(static each => each.Name)];
            model.Dispose();
        }

        // The first weights of each player, one after the other.
        var players = first.GroupBy(name => family == "gan" ? name.Split('.')[0] : "").Select(static player => player.ToList()).ToList();
        var (late, later) = (
            players.Select(static names => names[0]).ToList(),
            players.Where(static names => names.Count > 2).Select(static names => names[1]).ToList()
        );
        options = options with
        {
            Unfreeze = late.Select(static name => (name, Start))
                .Concat(later.Select(static name => (name, Start + 2)))
                .ToDictionary(static each => each.name, static each => Duration.Steps(each.Item2)),
            Rates = new Dictionary<string, double> { [late[0]] = 0.25 },
        };

        // The weights themselves, and in the observers of a whole run their average.
        using (NewDisposeScope())
        {
            var (model, objective) = Create(family, split);
            var before = BytesOf(model);
            using (var trainer = new Trainer(objective, options, seed: 3))
            {
                Assert.Equal(split == BatchSplit.Parallel ? 2 : 1, trainer.ThreadCount);
                while (trainer.Step < Steps)
                {
                    trainer.MakeStep();
                    AssertKept(before, BytesOf(model), trainer.Step);
                }
            }

            model.Dispose();
        }

        var whole = Run("whole", stopAt: null);
        foreach (var stop in new[] { 1, Start, Start + 1, Start + 2, Steps - 1 })
        {
            var folder = string.Create(CultureInfo.InvariantCulture, $"stopped {stop}");
            Run(folder, stop);
            Assert.Equal(whole, Run(folder, stopAt: null));
        }

        string Run(string folder, int? stopAt)
        {
            using var scope = NewDisposeScope();
            var (model, objective) = Create(family, split);
            using var stop = new CancellationTokenSource();
            var before = BytesOf(model);
            using (
                var trainer = new Trainer(objective, options, seed: 3)
                {
                    CheckpointFolder = _folder[folder],
                    ReportEvery = 1,
                    Observers =
                    {
                        new Watcher(step =>
                        {
                            AssertKept(before, BytesOf(model), step);
                            if (step == stopAt)
                            {
                                stop.Cancel();
                            }
                        }),
                    },
                }
            )
            {
                if (StepFiles.NewestFirst(_folder[folder]).Count > 0)
                {
                    using var checkpoint = Checkpoint.OpenNewest(_folder[folder]);
                    trainer.Resume(checkpoint);
                }

                Assert.Equal(stopAt ?? Steps, trainer.Run(stop.Token).Step);
            }

            model.Dispose();
            return stopAt is null ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(_folder.Newest(folder)))) : "";
        }

        Dictionary<string, byte[]> BytesOf(nn.Module model) =>
            late.Concat(later)
                .ToDictionary(static name => name, name => Bytes(model.named_parameters().First(each => each.name == name).parameter));

        void AssertKept(Dictionary<string, byte[]> before, Dictionary<string, byte[]> after, long step) =>
            Assert.All(before, each =>
                Assert.Equal(step <= (late.Contains(each.Key) ? Start : Start + 2), each.Value.SequenceEqual(after[each.Key]))
            );
    }

    /// <summary>Players have optimizers of their own, each with its groups.</summary>
    [Fact]
    public void EveryPhaseHasItsRates()
    {
        using var plain = new TwoPlayers();
        using var rated = new TwoPlayers();
        var options = Options with { Rates = new Dictionary<string, double>(), Unfreeze = new Dictionary<string, Duration>() };
        using (
            var trainer = new Trainer(
                rated,
                options with
                {
                    Rates = new Dictionary<string, double> { ["first"] = 0.5, ["second"] = 3 },
                }
            )
        )
        {
            trainer.Run();
        }

        // The game in plain numbers, at 0.1 and at 0.02 by the schedule.
        var (first, second) = (0.25, -0.5);
        for (var step = 0; step < Steps; step++)
        {
            var share = options.Schedule.LearningRate(0.02, step, new RunLength(Steps, 12.5, "images", 4)) / 0.02;
            var ofFirst = options.Schedule.LearningRate(0.1, step, new RunLength(Steps, 12.5, "images", 4));
            for (var repetition = 0; repetition < TwoPlayers.Times; repetition++)
            {
                first -= 0.5 * ofFirst * 2 * (first + (0.5 * second) - TwoPlayers.Number(repetition, step));
            }

            second -= 3 * 0.02 * share * 2 * (second - first);
        }

        Assert.Equal(first, rated.Players.First.item<float>(), 1e-4);
        Assert.Equal(second, rated.Players.Second.item<float>(), 1e-4);
    }

    [Fact]
    public void AdaptersLearnUnderTheNamesOfTheirLayers()
    {
        using var bowl = new Bowl();
        new FineTuning
        {
            Adapter = new LoraOptions { Rank = 1, AlsoTrain = ["near.bias"] },
        }.ApplyTo(bowl.Weights);
        var before = bowl.Weights.named_parameters().ToDictionary(static each => each.name, static each => Bytes(each.parameter));
        var options = Options with
        {
            Rates = new Dictionary<string, double>(),
            Unfreeze = new Dictionary<string, Duration> { ["far"] = Duration.Steps(Steps - 1) },
        };
        using var trainer = new Trainer(bowl, options);
        for (var step = 0; step < Steps - 1; step++)
        {
            trainer.MakeStep();
        }

        Assert.Equal(["near.adapter.a", "near.adapter.b", "near.bias"], Changed());
        trainer.MakeStep();
        Assert.Equal(["far.adapter.a", "far.adapter.b", "near.adapter.a", "near.adapter.b", "near.bias"], Changed());

        IEnumerable<string> Changed() =>
            bowl
                .Weights.named_parameters()
                .Where(each => !before[each.name].SequenceEqual(Bytes(each.parameter)))
                .Select(static each => each.name)
                .Order();
    }

    [Fact]
    public void WhatCannotBeIsRefused()
    {
        using var bowl = new Bowl();
        using var players = new TwoPlayers();
        var plain = Options with { Rates = new Dictionary<string, double>(), Unfreeze = new Dictionary<string, Duration>() };
        Refuses(
            "'nea' covers no trained weight of Layers; it has near.weight, near.bias, far.weight, far.bias.",
            plain with
            {
                Rates = new Dictionary<string, double> { ["nea"] = 0.5 },
            },
            bowl
        );
        Refuses(
            "'*' and 'far' both cover 'far.weight', so that it is not clear how it learns; name each weight once.",
            plain with
            {
                Rates = new Dictionary<string, double> { ["*"] = 0.5, ["far"] = 0.5 },
            },
            bowl
        );
        Refuses(
            "'far' would begin to learn after 8 steps, but the run ends after 8; let it begin earlier, or train longer.",
            plain with
            {
                Unfreeze = new Dictionary<string, Duration> { ["far"] = Duration.Epochs(0.8) },
            },
            bowl
        );
        Refuses(
            "Nothing in the model learns in the first step; leave some of its weights out of 'Unfreeze'.",
            plain with
            {
                Unfreeze = new Dictionary<string, Duration> { ["*"] = Duration.Steps(1) },
            },
            bowl
        );
        Refuses(
            "Nothing in the second learns in the first step; leave some of its weights out of 'Unfreeze'.",
            plain with
            {
                Unfreeze = new Dictionary<string, Duration> { ["second"] = Duration.Steps(1) },
            },
            players
        );
        foreach (var wrong in new[] { 0, -1, double.NaN, double.PositiveInfinity })
        {
            var options = plain with { Rates = new Dictionary<string, double> { ["far"] = wrong } };
            Assert.Contains(
                "The learning rate of 'far' must be multiplied by more than 0, not ",
                Assert.Throws<ArgumentException>(() => new Trainer(bowl, options)).Message,
                StringComparison.Ordinal
            );
        }

        new FineTuning { Freeze = ["far"] }.ApplyTo(bowl.Weights);
        Refuses(
            "'far' covers no trained weight of Layers; it has near.weight, near.bias.",
            plain with
            {
                Rates = new Dictionary<string, double> { ["far"] = 0.5 },
            },
            bowl
        );
    }

    /// <summary>A run is not the same with other rates or at other times.</summary>
    [Fact]
    public void OtherGroupsAreAnotherRun()
    {
        using (var bowl = new Bowl())
        using (var trainer = new Trainer(bowl, Options) { CheckpointFolder = _folder["a"] })
        {
            trainer.Run();
        }

        using var other = new Bowl();
        var options = Options with
        {
            Rates = new Dictionary<string, double> { ["near"] = 0.25, ["far.b*"] = 2 },
            Unfreeze = new Dictionary<string, Duration> { ["far.weight"] = Duration.Steps(2) },
        };
        using var resumed = new Trainer(other, options);
        using var checkpoint = Checkpoint.OpenNewest(_folder["a"]);
        var message = Assert.Throws<ModelGenException>(() => resumed.Resume(checkpoint)).Message;
        Assert.Contains("training.rates.near was 0.5 and is 0.25", message, StringComparison.Ordinal);
        Assert.Contains("training.unfreeze.far.weight was 3 steps and is 2 steps", message, StringComparison.Ordinal);
    }

    [Fact]
    public void NoTensorIsLeftBehind()
    {
        using var model = new CharacterGpt { Split = BatchSplit.Parallel };
        var options = Options with
        {
            Duration = Duration.Steps(100),
            Rates = new Dictionary<string, double> { ["_blocks.0"] = 0.5 },
            Unfreeze = new Dictionary<string, Duration> { ["_blocks.1"] = Duration.Steps(2), ["_blocks.2"] = Duration.Steps(60) },
        };
        using var trainer = new Trainer(model.CreateObjective(_tokens), options, seed: 1);
        var live = LiveAfter(5);
        Assert.Equal(live, LiveAfter(50));

        long LiveAfter(long steps)
        {
            while (trainer.Step < steps)
            {
                trainer.MakeStep();
            }

            GC.Collect();
            GC.WaitForPendingFinalizers();
            return Tensor.TotalCount;
        }
    }

    private (nn.Module Model, Objective Objective) Create(string family, BatchSplit split)
    {
        manual_seed(5).Dispose();
        switch (family)
        {
            case "transformer":
                var gpt = new CharacterGpt(layers: 1, dropout: split == BatchSplit.Parallel ? 0 : 0.1) { Split = split };
                return (gpt, gpt.CreateObjective(_tokens));
            case "vae":
                var vae = new SmallVae();
                return (vae, vae.CreateObjective(_images));
            case "gan":
                var gan = new SmallGan();
                return (gan, gan.CreateObjective(_images));
            default:
                var bowl = new Bowl();
                return (bowl.Weights, bowl);
        }
    }

    private static OptimizerOptions Of(string name)
    {
        var type = typeof(OptimizerOptions).Assembly.GetTypes().Single(type => type.Name == name);
        var options = (OptimizerOptions)Activator.CreateInstance(type)!;
        return options with { LearningRate = 0.02 };
    }

    private static void Refuses(string message, TrainingOptions options, Objective objective) =>
        Assert.Equal(message, Assert.Throws<ModelGenException>(() => new Trainer(objective, options)).Message);

    private static string Hash(nn.Module model) =>
        string.Concat(model.parameters().Select(static weight => Convert.ToHexString(SHA256.HashData(Bytes(weight)))));

    private static byte[] Bytes(Parameter weight)
    {
        using var detached = weight.detach();
        return detached.bytes.ToArray();
    }

    private static IEnumerable<double> Values(Parameter weight)
    {
        using var detached = weight.detach();
        return [.. detached.data<float>().ToArray().Select(static value => (double)value)];
    }

    private sealed class Number(string name, double value)
    {
        private double _mean;
        private double _square;
        private int _steps;

        public string Name { get; } = name;

        public double Value { get; private set; } = value;

        public void Step(double gradient, double rate, double decay, bool isAdam, double momentum)
        {
            _steps++;
            if (!isAdam)
            {
                _mean = (momentum * _mean) + gradient + (decay * Value);
                Value -= rate * _mean;
                return;
            }

            Value -= rate * decay * Value;
            _mean = (0.9 * _mean) + (0.1 * gradient);
            _square = (0.999 * _square) + (0.001 * gradient * gradient);
            Value -= rate * (_mean / (1 - Math.Pow(0.9, _steps))) / (Math.Sqrt(_square / (1 - Math.Pow(0.999, _steps))) + 1e-2);
        }
    }

    private sealed class Watcher(Action<long> look) : TrainingObserver
    {
        public override void OnStep(StepReport report) => look(report.Step);
    }
}
