using ModelGen.Checkpoints;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Words;
using ModelGen.Data;
using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.Models;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Training;

/// <summary>Each optimizer and each schedule in a spec that becomes a model, which is trained.</summary>
public sealed class OptimizersAndSchedulesTests : IDisposable
{
    private const int Steps = 60;

    private const string Spec = """
        model: Reader
        family: transformer
        data: { tokens: { context: 8 } }
        network:
          - embed: 12
          - residual: [layer-norm, self-attention: { heads: 2, causal: true }]
          - residual: [layer-norm, linear: 24, gelu, linear: 12]
          - layer-norm
          - unembed: { tied: false }
        objective: next-token
        training:
          optimizer: { OPTIMIZER }
          schedule: { SCHEDULE }
          batch: 8
          duration: 60 steps
          validation: { every: 1000 steps }

        """;

    private static readonly string Text = string.Concat(
        Enumerable.Range(0, 200).Select(static i => $"The {i % 7}th line of {i % 3} is short.\n")
    );

    private static readonly string[] Optimizers =
    [
        "adam: 1e-2",
        "adamw: 1e-2",
        "sgd: 0.5",
        "sgd: { learning-rate: 0.2, momentum: 0.9, nesterov: true }",
        "lion: 3e-3",
        "adafactor: 0.1",
        "muon: 1e-2",
        "muon: { learning-rate: 0.02, adjust-learning-rate: original, others: { adamw: 1e-2 } }",
    ];

    private static readonly string[] Schedules =
    [
        "constant: { warmup: 5 steps }",
        "cosine: { warmup: 5 steps, floor: 1e-4 }",
        "linear: { warmup: 5 steps }",
        "inverse-square-root: { warmup: 10 steps }",
        "restarts: { period: 10 steps, factor: 2 }",
        "warmup-stable-decay: { warmup: 5 steps, decay: 0.1 epochs }",
        "one-cycle: { pct-start: 0.2 }",
    ];

    private static readonly Lazy<Dictionary<string, CompiledModel>> Models = new(static () =>
    {
        var assembly = new SpecAssembly();
        (string Optimizer, string Schedule)[] pairs =
        [
            .. Optimizers.Select(static optimizer => (optimizer, "constant: { warmup: 5 steps }")),
            .. Schedules.Select(static schedule => ("adamw: 1e-2", schedule)),
        ];
        foreach (var (optimizer, schedule) in pairs)
        {
            Assert.Equal(
                [],
                assembly.Add(
                    Spec.Replace("OPTIMIZER", optimizer, StringComparison.Ordinal).Replace("SCHEDULE", schedule, StringComparison.Ordinal)
                )
            );
        }

        return Optimizers.Concat(Schedules).Zip(assembly.Load()).ToDictionary(static pair => pair.First, static pair => pair.Second);
    });

    private readonly TemporaryFolder _folder = new();
    private readonly int _threads = get_num_threads();

    // Two threads cost more than they bring with tensors this small.
    public OptimizersAndSchedulesTests() => set_num_threads(1);

    public static TheoryData<string> Words => [.. Optimizers, .. Schedules];

    public void Dispose()
    {
        set_num_threads(_threads);
        _folder.Dispose();
    }

    [Fact]
    public void EveryWordIsTried()
    {
        Assert.Equal(
            Catalogue.Of<Compiler.Words.Optimizer>().Select(static word => word.Word).Order(StringComparer.Ordinal),
            Optimizers.Select(static word => word.Split(':')[0]).Distinct().Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            Catalogue.Of<Schedule>().Select(static word => word.Word).Order(StringComparer.Ordinal),
            Schedules.Select(static word => word.Split(':')[0]).Distinct().Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [MemberData(nameof(Words))]
    public void TrainingLowersTheLossAndResumesToTheSameBytes(string word)
    {
        var losses = new Losses();
        Train(word, _folder.Of("whole"), seed: 1, losses, stopAt: null);
        Assert.Equal(6, losses.Reports.Count);
        Assert.InRange(losses.Reports[^1].TrainLoss, 0, losses.Reports[0].TrainLoss - 1);

        // Another initial model: everything comes out of the file.
        Train(word, _folder.Of("part"), seed: 1, new Losses(), stopAt: 30);
        Assert.NotEqual(Newest("whole"), Newest("part"));
        Train(word, _folder.Of("part"), seed: 2, new Losses(), stopAt: null);
        Assert.Equal(Newest("whole"), Newest("part"));
    }

    [Fact]
    public void ACheckpointOfAnotherOptimizerIsRefused()
    {
        Train("lion: 3e-3", _folder.Of("lion"), seed: 1, new Losses(), stopAt: 10);
        foreach (var word in Optimizers.Where(static word => !word.StartsWith("lion", StringComparison.Ordinal)))
        {
            Assert.Contains(
                "training.optimizer",
                Assert.Throws<ModelGenException>(() => Train(word, _folder.Of("lion"), seed: 1, new Losses(), stopAt: null)).Message,
                StringComparison.Ordinal
            );
        }
    }

    private byte[] Newest(string folder)
    {
        using var checkpoint = Checkpoint.OpenNewest(_folder.Of(folder));
        return File.ReadAllBytes(checkpoint.Path);
    }

    private static void Train(string word, string path, long seed, Losses losses, int? stopAt)
    {
        var compiled = Models.Value[word];
        using var model = (LanguageModel)compiled.Create(seed);
        using var data = TokenDataset.Create(Text, model.CreateTokenizer(Text), model.ContextLength, 0.1);
        using var stop = new CancellationTokenSource();
        losses.Stop = step =>
        {
            if (step == stopAt)
            {
                stop.Cancel();
            }
        };
        using var trainer = new Trainer(model.CreateObjective(data), compiled.Training!, seed: 1)
        {
            CheckpointFolder = path,
            Observers = { losses },
        };
        if (Directory.Exists(path))
        {
            using var checkpoint = Checkpoint.OpenNewest(path);
            trainer.Resume(checkpoint);
        }

        var result = trainer.Run(stop.Token);
        Assert.Equal(stopAt ?? Steps, result.Step);
    }

    private sealed class Losses : TrainingObserver
    {
        public List<StepReport> Reports { get; } = [];

        public Action<long> Stop { get; set; } = static _ => { };

        public override void OnStep(StepReport report)
        {
            Reports.Add(report);
            Stop(report.Step);
        }
    }
}
