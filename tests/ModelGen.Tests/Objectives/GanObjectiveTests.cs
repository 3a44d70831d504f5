using ModelGen.Checkpoints;
using ModelGen.Data;
using ModelGen.Losses;
using ModelGen.Objectives;
using ModelGen.Tests.Models;
using ModelGen.Training;
using ModelGen.Training.Guards;
using ModelGen.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Objectives;

public sealed class GanObjectiveTests : IDisposable
{
    private static readonly GanTrainingOptions Options = new()
    {
        Optimizer = new AdamOptions { LearningRate = 2e-3, Betas = (0.5, 0.999) },
        BatchSize = 8,
        Duration = Duration.Steps(12),
        Validation = new ValidationOptions { Fraction = 0.2 },
        Average = 0.9,
        Discriminator = new DiscriminatorOptions
        {
            Optimizer = new AdamOptions { LearningRate = 4e-3 },
            Steps = 2,
        },
    };

    private readonly TemporaryFolder _folder = new();
    private readonly SampleDataset _data;

    public GanObjectiveTests()
    {
        var random = new Random(7);
        var pixels = new byte[30 * 16];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)(i % 4 == i / 16 % 3 ? random.Next(128, 256) : 0);
        }

        _data = SampleDataset.Create(
            new ImageCollection(pixels, 1, 4, 4, [.. Enumerable.Range(0, 30).Select(static i => i % 3)], ["a", "b", "c"]),
            null,
            0.2
        );
        manual_seed(1).Dispose();
    }

    public void Dispose()
    {
        _data.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<string> Losses =>
        [nameof(NonSaturatingLoss), nameof(LeastSquaresLoss), nameof(HingeLoss), nameof(WassersteinLoss), nameof(RelativisticLoss)];

    [Theory]
    [MemberData(nameof(Losses))]
    public void EachPlayerMovesByItsOwnLossOnTheBatchOfItsMove(string name)
    {
        using var scope = NewDisposeScope();
        var loss = Loss(name);
        using var model = new SmallGan(loss: loss);
        var objective = model.CreateObjective(_data);
        Assert.Equal(["discriminator", "generator"], objective.Plan(Options).Phases.Select(static phase => phase.Name));
        foreach (var (phase, repetition) in new[] { (0, 0), (0, 1), (1, 0) })
        {
            var step = new TrainingStep(objective.Plan(Options), phase, repetition, Seed: 3, Step: 5);
            using var actual = objective.Loss(step);
            using var batch = _data.Training.Batch(8, 3, (5 * 2) + (phase == 0 ? repetition : 1));
            var real = (2 * batch.Samples) - 1;
            var fake = model.Generator.call(step.Normal(draw: 0, 3, CPU));
            if (phase == 1)
            {
                Assert.Equal(
                    loss.GeneratorLoss(model.Discriminator.call(real), model.Discriminator.call(fake)).item<float>(),
                    actual.Total.item<float>(),
                    1e-5
                );
                continue;
            }

            var expected = loss.DiscriminatorLoss(model.Discriminator.call(real), model.Discriminator.call(fake.detach()));
            if (loss.DiscriminatorPenalty(model.Discriminator.call, real, fake.detach(), step.Uniform(draw: 1, CPU)) is { } penalty)
            {
                expected += penalty;
            }

            Assert.Equal(expected.item<float>(), actual.Total.item<float>(), 1e-5);
            Assert.Equal(model.Discriminator.call(real).mean().item<float>(), actual.Parts[0].Value.item<float>(), 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void BothPlayersLearnAndNoTensorIsLeftBehind(string name)
    {
        using var model = new SmallGan(classes: 3, projects: true, loss: Loss(name));
        using var trainer = new Trainer(model.CreateObjective(_data), Options with { Duration = Duration.Steps(60) });
        var before = model.parameters().Select(static parameter => parameter.sum().item<float>()).ToArray();
        trainer.MakeStep();
        var live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        while (trainer.Step < 60)
        {
            trainer.MakeStep();
        }

        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        var after = model.parameters().Select(static parameter => parameter.sum().item<float>()).ToArray();

        // A difference of scores cancels what they share, so the offset of the last layer may stand still.
        Assert.All(before.Zip(after).Zip(model.parameters()).Where(static entry => entry.Second.dim() > 1), static entry =>
            Assert.NotEqual(entry.First.First, entry.First.Second)
        );
    }

    [Fact]
    public void AMoveThatFailsFreezesNoPlayer()
    {
        using var model = new SmallGan(classes: 3);
        using (no_grad())
        {
            model.Generator.parameters().First().fill_(float.NaN);
        }

        using var trainer = new Trainer(model.CreateObjective(_data), Options);
        Assert.Contains(
            "it began in the weight generator.0.weight",
            Assert.Throws<DivergenceException>(() => trainer.MakeStep()).Message,
            StringComparison.Ordinal
        );
        Assert.All(model.parameters(), static parameter => Assert.True(parameter.requires_grad));
    }

    [Fact]
    public void AResumedRunEndsInTheSameBytesAndInTheAveragedWeights()
    {
        Train("whole", stopAt: null, resumeFrom: null);
        Train("part", stopAt: 5, resumeFrom: null);
        Assert.NotEqual(File.ReadAllBytes(_folder.Newest("whole")), File.ReadAllBytes(_folder.Newest("part")));
        var finished = Train("resumed", stopAt: null, resumeFrom: "part");
        Assert.Equal(File.ReadAllBytes(_folder.Newest("whole")), File.ReadAllBytes(_folder.Newest("resumed")));

        using var model = new SmallGan(classes: 3);
        using var checkpoint = Checkpoint.OpenNewest(_folder["whole"]);
        checkpoint.LoadInto(model);
        Assert.Equal(finished, Weights(model));
        checkpoint.Restore([("model", new ModuleState(model))], areAll: false);
        Assert.NotEqual(finished, Weights(model));
    }

    [Fact]
    public void OptionsOfAnotherFamilyAreRefused()
    {
        using var model = new SmallGan();
        var plain = new TrainingOptions
        {
            Optimizer = Options.Optimizer,
            BatchSize = 8,
            Duration = Options.Duration,
            Validation = Options.Validation,
        };
        Assert.Contains(
            "GanTrainingOptions",
            Assert.Throws<ArgumentException>(() => new Trainer(model.CreateObjective(_data), plain)).Message
        );
        Assert.Contains(
            "at least 1 step",
            Assert
                .Throws<ArgumentException>(() =>
                    new Trainer(model.CreateObjective(_data), Options with { Discriminator = new DiscriminatorOptions { Steps = 0 } })
                )
                .Message
        );
    }

    [Fact]
    public void DataThatDoNotSuitTheModelAreRefusedBeforeTheFirstStep()
    {
        using var model = new SmallGan();
        using var larger = SampleDataset.Create(new ImageCollection(new byte[20 * 30], 1, 5, 6), null, 0.2);
        Assert.Contains(
            "The data's images are [1, 5, 6], but SmallGan is made for [1, 4, 4]",
            Assert.Throws<ModelGenException>(() => model.CreateObjective(larger)).Message
        );
        using var conditional = new SmallGan(classes: 4);
        Assert.Contains(
            "The data have 3 classes, but SmallGan is made for 4",
            Assert.Throws<ModelGenException>(() => conditional.CreateObjective(_data)).Message
        );
        using var unlabelled = SampleDataset.Create(new ImageCollection(new byte[20 * 16], 1, 4, 4), null, 0.2);
        Assert.Contains(
            "The data have no classes",
            Assert.Throws<ModelGenException>(() => conditional.CreateObjective(unlabelled)).Message
        );
    }

    [Fact]
    public void APlayerWithNothingToTrainIsRefusedBeforeTheFirstStep()
    {
        using var model = new SmallGan();
        foreach (var parameter in model.Discriminator.parameters())
        {
            parameter.requires_grad = false;
        }

        Assert.Equal(
            "The discriminator has no parameter to train; it needs a layer with weights that are not frozen, such as 'linear'.",
            Assert.Throws<ModelGenException>(() => new Trainer(model.CreateObjective(_data), Options)).Message
        );
    }

    [Fact]
    public void AStepCountsTheImagesOfEveryMove()
    {
        using var model = new SmallGan();
        using var trainer = new Trainer(model.CreateObjective(_data), Options with { Duration = Duration.Epochs(2) });
        Assert.Equal(3, trainer.TotalSteps); // two passes over 24 images, 16 a step
    }

    private static AdversarialLoss Loss(string name) =>
        name switch
        {
            nameof(LeastSquaresLoss) => new LeastSquaresLoss(),
            nameof(HingeLoss) => new HingeLoss(),
            nameof(WassersteinLoss) => new WassersteinLoss(),
            nameof(RelativisticLoss) => new RelativisticLoss(),
            _ => new NonSaturatingLoss { LabelSmoothing = 0.1 },
        };

    private float[] Train(string name, long? stopAt, string? resumeFrom)
    {
        manual_seed(4).Dispose();
        using var model = new SmallGan(classes: 3);
        using var stop = new CancellationTokenSource();
        using var trainer = new Trainer(model.CreateObjective(_data), Options, 5)
        {
            CheckpointFolder = _folder[name],
            ReportEvery = 1,
            Observers = { new Stopper(stop, stopAt) },
        };
        if (resumeFrom is not null)
        {
            using var checkpoint = Checkpoint.OpenNewest(_folder[resumeFrom]);
            trainer.Resume(checkpoint);
        }

        trainer.Run(stop.Token);
        return Weights(model);
    }

    private static float[] Weights(nn.Module model) =>
        [.. model.parameters().SelectMany(static parameter => parameter.detach().data<float>().ToArray())];

    private sealed class Stopper(CancellationTokenSource stop, long? step) : TrainingObserver
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
