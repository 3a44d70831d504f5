using ModelGen.Checkpoints;
using ModelGen.Data;
using ModelGen.Layers;
using ModelGen.Objectives;
using ModelGen.Tests.Models;
using ModelGen.Tokenization;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Objectives;

/// <summary>A model that learns from another one.</summary>
public sealed class DistillationObjectiveTests : IDisposable
{
    private const int Context = 16;

    private static readonly TrainingOptions Options = new()
    {
        Optimizer = new AdamWOptions { LearningRate = 1e-2 },
        BatchSize = 6,
        Duration = Duration.Steps(8),
        Validation = new ValidationOptions(),
    };

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly CharacterGpt _teacher;
    private readonly TokenDataset _data;

    public DistillationObjectiveTests()
    {
        // Sharp, and with nothing to do with the text.
        _teacher = NewModel(seed: 9, layers: 3, dropout: 0.4);
        using (no_grad())
        {
            _teacher.parameters().First().mul_(40).Dispose();
        }

        _data = TokenDataset.Create(
            string.Concat(Enumerable.Range(0, 120).Select(static i => $"Line {i * i} of the text.\n")),
            new ByteTokenizer(),
            Context,
            0.13
        );
    }

    public void Dispose()
    {
        _data.Dispose();
        _scope.Dispose();
    }

    /// <summary>w T² KL(teacher ‖ model) + (1 − w) cross-entropy, in double precision from the scores.</summary>
    [Theory]
    [InlineData(1, 0.3)]
    [InlineData(3, 0.8)]
    [InlineData(2, 1)]
    public void TheLossWeighsTheTeacherAndTheText(double temperature, double weight)
    {
        var model = NewModel();
        var objective = new DistillationObjective(
            model,
            _data,
            _teacher,
            new DistillationOptions { Temperature = temperature, Weight = weight }
        );
        using var loss = objective.Loss(new TrainingStep(objective.Plan(Options), Phase: 0, Repetition: 0, Seed: 7, Step: 0));

        var (inputs, targets) = _data.Training.Batch(6, 7, 0);
        var scores = model.call(inputs).detach().to(ScalarType.Float64).view(-1, 256);
        var taught = _teacher.call(inputs).detach().to(ScalarType.Float64).view(-1, 256);
        var p = (taught / temperature).softmax(1);
        var kl = (p * (p.log() - (scores / temperature).log_softmax(1))).sum().item<double>() / targets.numel();
        var own = -scores.log_softmax(1).gather(1, targets.reshape(-1, 1)).mean().item<double>();
        Assert.Equal(
            (weight * temperature * temperature * kl) + ((1 - weight) * own),
            loss.Total.item<float>(),
            1e-4 * temperature * temperature
        );
        Assert.Equal(kl, loss.Parts.Single(static part => part.Name == "kl").Value.item<float>(), 1e-4);
        Assert.Equal(weight < 1, loss.Parts.Any(static part => part.Name == "cross_entropy"));
    }

    /// <summary>Nothing in the text tells what the teacher predicts: only from the teacher can it be learned.</summary>
    [Fact]
    public void AModelComesToPredictWhatTheTeacherDoes()
    {
        var model = NewModel();
        var objective = new DistillationObjective(model, _data, _teacher, new DistillationOptions { Weight = 1, Temperature = 1 });
        var before = Metric(objective, "kl");
        Run(objective, Options with { Duration = Duration.Steps(150) });
        var after = Metric(objective, "kl");
        Assert.True(before > 1, $"{before}");
        Assert.True(after < before / 4, $"{before} to {after}");
    }

    /// <summary>What the text's part has besides is shown with it.</summary>
    [Fact]
    public void TheZLossIsShownAsOfEveryLanguageModel()
    {
        var model = NewModel();
        var step = new TrainingStep(new NextTokenObjective(model, _data).Plan(Options), Phase: 0, Repetition: 0, Seed: 7, Step: 0);
        using var own = new NextTokenObjective(model, _data, new NextTokenOptions { ZLoss = 0.1 }).Loss(step);
        using var loss = new DistillationObjective(model, _data, _teacher, new DistillationOptions { ZLoss = 0.1 }).Loss(step);
        Assert.Equal(["kl", "cross_entropy", "z_loss"], loss.Parts.Select(static part => part.Name));
        Assert.Equal(own.Parts[0].Value.item<float>(), loss.Parts[2].Value.item<float>(), 1e-5);
        Assert.Equal(own.Total.item<float>(), loss.Parts[1].Value.item<float>(), 1e-5);
    }

    [Fact]
    public void ValidationIsOfTheTextAndOfTheTeacher()
    {
        var model = NewModel();
        var objective = new DistillationObjective(model, _data, _teacher);
        Assert.Equal(new NextTokenObjective(model, _data).Validate(batchSize: 3).Single().Value, Metric(objective, "loss"), 1e-5);

        var sum = 0.0;
        var count = 0L;
        foreach (var (inputs, targets) in _data.Validation.Blocks(4))
        {
            var p = _teacher.call(inputs).to(ScalarType.Float64).softmax(-1);
            sum += (p * (p.log() - model.call(inputs).to(ScalarType.Float64).log_softmax(-1))).sum().item<double>();
            count += targets.numel();
        }

        Assert.Equal(sum / count, Metric(objective, "kl"), 1e-4);
    }

    [Fact]
    public void ABatchInPartsHasTheSameGradients()
    {
        float[] Trained(int accumulate)
        {
            var model = NewModel(split: BatchSplit.Sequential);
            Run(
                new DistillationObjective(model, _data, _teacher),
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
        var teacher = Weights(_teacher);
        Run(new DistillationObjective(whole, _data, _teacher), options, folder["whole"]);
        Assert.Equal(teacher, Weights(_teacher));

        for (var stop = 0; stop < 8; stop += 3)
        {
            var resumed = NewModel(seed: 77);
            using var trainer = new Trainer(new DistillationObjective(resumed, _data, _teacher), options, seed: 4);
            using var checkpoint = Checkpoint.Open(folder[$"whole/step-{stop:D6}.safetensors"]);
            trainer.Resume(checkpoint);
            trainer.Run();
            Assert.Equal(Weights(whole), Weights(resumed));
        }

        using (no_grad())
        {
            _teacher.parameters().First()[0, 0].add_(1).Dispose();
        }

        using var other = new Trainer(new DistillationObjective(NewModel(), _data, _teacher), options, seed: 4);
        using var newest = Checkpoint.OpenNewest(folder["whole"]);
        Assert.Contains(
            "objective.teacher was CharacterGpt ",
            Assert.Throws<ModelGenException>(() => other.Resume(newest)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void ATeacherThatCannotTeachIsRefused()
    {
        var model = NewModel();
        Assert.Equal(
            "CharacterGpt cannot learn from CharacterGpt: it has scores for 256 tokens and CharacterGpt for 300; both need the same.",
            Refused(NewModel(vocabulary: 300))
        );
        Assert.Equal(
            "CharacterGpt cannot learn from CharacterGpt: the data's samples hold 16 tokens and CharacterGpt reads at most 8.",
            Refused(NewModel(context: 8))
        );
        var reader = NewModel();
        reader.Tokenizer = CharacterTokenizer.FromText(TextCorpus.FromText("abc"), 256);
        Assert.Equal(
            "CharacterGpt cannot learn from CharacterGpt: its data are read with another tokenizer than that of the teacher; read them with "
                + "the teacher's.",
            Refused(reader)
        );
        Assert.Throws<ArgumentException>(() => new DistillationObjective(model, _data, model));
        Assert.Throws<ArgumentException>(() => new DistillationObjective(model, _data, _teacher, new() { Temperature = 0 }));
        Assert.Throws<ArgumentException>(() => new DistillationObjective(model, _data, _teacher, new() { Weight = 1.1 }));

        string Refused(CharacterGpt teacher) =>
            Assert.Throws<ModelGenException>(() => new DistillationObjective(model, _data, teacher)).Message;
    }

    private static double Metric(DistillationObjective objective, string name) =>
        objective.Validate(batchSize: 5).Single(metric => metric.Name == name).Value;

    private static CharacterGpt NewModel(
        long seed = 3,
        int layers = 2,
        double dropout = 0,
        int vocabulary = 256,
        int context = Context,
        BatchSplit split = BatchSplit.Parallel
    )
    {
        manual_seed(seed).Dispose();
        return new CharacterGpt(vocabulary: vocabulary, context: context, layers: layers, dropout: dropout) { Split = split };
    }

    private static float[] Weights(CharacterGpt model) =>
        [.. model.parameters().SelectMany(static weight => weight.data<float>().ToArray())];

    private static void Run(Objective objective, TrainingOptions options, string? folder = null)
    {
        using var trainer = new Trainer(objective, options, seed: 4) { CheckpointFolder = folder };
        trainer.Run();
    }
}
