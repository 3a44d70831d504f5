using ModelGen.Checkpoints;
using ModelGen.Data;
using ModelGen.Layers;
using ModelGen.Models;
using ModelGen.Objectives;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Tests.Objectives;

/// <summary>A classifier that learns from another one.</summary>
public sealed class ClassDistillationObjectiveTests : IDisposable
{
    private static readonly string[] Names = ["0", "1", "2"];

    private static readonly TrainingOptions Options = new()
    {
        Optimizer = new AdamWOptions { LearningRate = 5e-2, WeightDecay = 0 },
        BatchSize = 12,
        Duration = Duration.Steps(8),
        Validation = new ValidationOptions(),
    };

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Scores _network;
    private readonly TrainedClassifier _teacher;
    private readonly SampleDataset _data;

    public ClassDistillationObjectiveTests()
    {
        _network = NewModel(seed: 9, sharpness: 5);
        _teacher = new TrainedClassifier(_network, Names);

        // Labels that say nothing of the samples.
        var random = new Random(3);
        _data = SampleDataset.Create(
            new TensorCollection(
                [.. Enumerable.Range(0, 240).Select(_ => (float)(random.NextDouble() - 0.5))],
                [2],
                [.. Enumerable.Range(0, 120).Select(static i => i % 3)]
            ),
            null,
            validationFraction: 0.2
        );
    }

    public void Dispose()
    {
        _data.Dispose();
        _scope.Dispose();
    }

    /// <summary>w T² KL(teacher ‖ model) + (1 − w) cross-entropy with smoothed labels, in double precision from the scores.</summary>
    [Theory]
    [InlineData(1, 0.3, 0)]
    [InlineData(3, 0.8, 0.1)]
    [InlineData(2, 1, 0)]
    public void TheLossWeighsTheTeacherAndTheLabels(double temperature, double weight, double smoothing)
    {
        var model = NewModel();
        var objective = new ClassDistillationObjective(
            model,
            _data,
            _teacher,
            new ClassDistillationOptions
            {
                Temperature = temperature,
                Weight = weight,
                LabelSmoothing = smoothing,
            }
        );
        using var loss = objective.Loss(new TrainingStep(objective.Plan(Options), Phase: 0, Repetition: 0, Seed: 7, Step: 0));

        using var batch = _data.Training.Batch(12, 7, 0, 0, 12);
        var scores = model.call(batch.Samples).to(ScalarType.Float64);
        var p = (_network.call(batch.Samples).to(ScalarType.Float64) / temperature).softmax(1);
        var kl = (p * (p.log() - (scores / temperature).log_softmax(1))).sum(1).mean().item<double>();
        var each = -scores.log_softmax(1);
        var own = ((1 - smoothing) * each.gather(1, batch.Labels!.view(-1, 1)).mean() + smoothing * each.mean()).item<double>();
        Assert.Equal((weight * temperature * temperature * kl) + ((1 - weight) * own), loss.Total.item<float>(), 1e-5);
        Assert.Equal(kl, loss.Parts.Single(static part => part.Name == "kl").Value.item<float>(), 1e-5);
    }

    /// <summary>From the labels it could not be learned.</summary>
    [Fact]
    public void AClassifierComesToDecideAsTheTeacherDoes()
    {
        var model = NewModel();
        var before = Agreement(model);
        Run(new ClassDistillationObjective(model, _data, _teacher, new() { Weight = 1 }), Options with { Duration = Duration.Steps(200) });
        var after = Agreement(model);
        Assert.True(before < 0.7, $"{before}");
        Assert.True(after > 0.95, $"{before} to {after}");
    }

    [Fact]
    public void ABatchInPartsHasTheSameGradients()
    {
        float[] Trained(int accumulate)
        {
            var model = NewModel();
            Run(
                new ClassDistillationObjective(model, _data, _teacher),
                Options with
                {
                    Duration = Duration.Steps(3),
                    Accumulate = accumulate,
                    Optimizer = new SgdOptions { LearningRate = 0.1 },
                }
            );
            return Weights(model);
        }

        Assert.All(Trained(1).Zip(Trained(3)), static pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void AnInterruptedRunEndsInTheSameBytesAndOnlyWithTheSameTeacher()
    {
        using var folder = new TemporaryFolder();
        var options = Options with
        {
            Checkpoint = new CheckpointOptions { Every = Duration.Steps(1), Keep = 100 },
        };
        var whole = NewModel();
        Run(new ClassDistillationObjective(whole, _data, _teacher), options, folder["whole"]);
        for (var stop = 0; stop < 8; stop += 3)
        {
            var resumed = NewModel(seed: 77);
            using var trainer = new Trainer(new ClassDistillationObjective(resumed, _data, _teacher), options, seed: 4);
            using var checkpoint = Checkpoint.Open(folder[$"whole/step-{stop:D6}.safetensors"]);
            trainer.Resume(checkpoint);
            trainer.Run();
            Assert.Equal(Weights(whole), Weights(resumed));
        }

        var other = new TrainedClassifier(NewModel(seed: 10), Names);
        using var changed = new Trainer(new ClassDistillationObjective(NewModel(), _data, other), options, seed: 4);
        using var newest = Checkpoint.OpenNewest(folder["whole"]);
        Assert.Contains(
            "objective.teacher was Scores ",
            Assert.Throws<ModelGenException>(() => changed.Resume(newest)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void ATeacherOfOtherClassesOrDataIsRefused()
    {
        var model = NewModel();
        Assert.Equal(
            "Scores cannot learn from Scores: the data have the classes '0', '1', '2', and the teacher knows '2', '1', '0'; both need the same.",
            Assert
                .Throws<ModelGenException>(() =>
                    new ClassDistillationObjective(model, _data, new TrainedClassifier(_network, ["2", "1", "0"]))
                )
                .Message
        );
        Assert.Throws<ModelGenException>(() =>
            new ClassDistillationObjective(model, _data, new TrainedClassifier(NewModel(inputs: 3), Names))
        );
        Assert.Throws<ArgumentException>(() => new ClassDistillationObjective(model, _data, new TrainedClassifier(model, Names)));
        Assert.Throws<ArgumentException>(() => new ClassDistillationObjective(model, _data, _teacher, new() { Temperature = 0 }));
        Assert.Throws<ArgumentException>(() => new ClassDistillationObjective(model, _data, _teacher, new() { Weight = 0 }));
    }

    private double Agreement(Scores model)
    {
        using var all = _data.Validation.Blocks(100).Single();
        return (model.call(all.Samples).argmax(1) == _network.call(all.Samples).argmax(1)).to(ScalarType.Float32).mean().item<float>();
    }

    private static Scores NewModel(long seed = 3, double sharpness = 1, int inputs = 2)
    {
        manual_seed(seed).Dispose();
        var model = new Scores(inputs);
        using var constant = no_grad();
        model.Layer.weight!.mul_(sharpness);
        return model;
    }

    private static float[] Weights(Scores model) => [.. model.parameters().SelectMany(static weight => weight.data<float>().ToArray())];

    private static void Run(Objective objective, TrainingOptions options, string? folder = null)
    {
        using var trainer = new Trainer(objective, options, seed: 4) { CheckpointFolder = folder };
        trainer.Run();
    }

    private sealed class Scores : Network
    {
        private readonly long[] _input;

        public Scores(int inputs)
            : base(nameof(Scores))
        {
            _input = [inputs];
            Layer = nn.Linear(inputs, 3);
            RegisterComponents();
        }

        public Linear Layer { get; }

        public override ReadOnlySpan<long> InputShape => _input;

        public override ReadOnlySpan<long> OutputShape => new long[] { 3 };

        public override string Fingerprint => $"scores-{_input[0]}";

        public override ScalarType InputType => ScalarType.Float32;

        public override BatchSplit BatchSplit => BatchSplit.Sequential;

        public override Tensor forward(Tensor input) => Layer.call(input);
    }
}
