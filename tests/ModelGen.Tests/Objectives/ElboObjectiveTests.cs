using ModelGen.Checkpoints;
using ModelGen.Data;
using ModelGen.Likelihoods;
using ModelGen.Objectives;
using ModelGen.Tests.Models;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Objectives;

public sealed class ElboObjectiveTests : IDisposable
{
    private static readonly TrainingOptions Options = new()
    {
        Optimizer = new AdamWOptions { LearningRate = 1e-2 },
        BatchSize = 8,
        Duration = Duration.Epochs(3),
        Validation = new ValidationOptions
        {
            Every = Duration.Images(40),
            Batches = 2,
            Fraction = 0.2,
        },
    };

    private readonly TemporaryFolder _folder = new();
    private readonly SampleDataset _data = SampleDataset.Create(Images(30, classes: 3), null, 0.2);

    public ElboObjectiveTests() => manual_seed(1).Dispose();

    public void Dispose()
    {
        _data.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void TheLossIsReconstructionAndTheKlOfTheFormula()
    {
        using var scope = NewDisposeScope();
        var model = new SmallVae();
        using var batch = _data.Training.Batch(8, 3, 5);
        var noise = Moment(step: 5).Normal(draw: 0, 2, CPU);
        var (mean, logVariance) = model.Encode(batch.Samples);
        var latents = mean + ((logVariance / 2).exp() * noise);
        var reconstruction =
            nn.functional.binary_cross_entropy_with_logits(model.DecodeParameters(latents), batch.Samples, reduction: nn.Reduction.Sum) / 8;

        // KL(N(μ, σ²) ‖ N(0, 1)) = log(1 / σ) + (σ² + μ²) / 2 - 1/2
        var kl = (-(logVariance / 2) + ((logVariance.exp() + mean.square()) / 2) - 0.5).sum() / 8;

        foreach (var beta in new[] { 1, 0.25 })
        {
            using var loss = new ElboObjective(model, _data, new ElboOptions { Beta = beta }).Loss(Moment(step: 5));
            Assert.Equal(["reconstruction", "kl"], loss.Parts.Select(static part => part.Name));
            Assert.Equal(reconstruction.item<float>(), loss.Parts[0].Value.item<float>(), 1e-4);
            Assert.Equal(kl.item<float>(), loss.Parts[1].Value.item<float>(), 1e-5);
            Assert.Equal(reconstruction.item<float>() + (beta * kl.item<float>()), loss.Total.item<float>(), 1e-4);
            Assert.True(loss.Total.requires_grad);
            Assert.All(loss.Parts, static part => Assert.False(part.Value.requires_grad));
        }
    }

    [Fact]
    public void TheWeightOfTheKlWarmsUpFromNothing()
    {
        using var scope = NewDisposeScope();
        var objective = new ElboObjective(new SmallVae(), _data, new ElboOptions { Beta = 2, Warmup = Duration.Images(80) }); // 10 steps of 8
        foreach (var (step, weight) in new[] { (0, 0.0), (5, 1.0), (10, 2.0), (11, 2.0) })
        {
            using var loss = objective.Loss(Moment(step));
            Assert.Equal(loss.Parts[0].Value.item<float>() + (weight * loss.Parts[1].Value.item<float>()), loss.Total.item<float>(), 1e-4);
        }
    }

    [Fact]
    public void FreeBitsAreForFreeOnEachAxis()
    {
        using var scope = NewDisposeScope();
        var model = new SmallVae();
        using (no_grad())
        {
            // μ = 0 and log σ² = 0, but for the second axis, whose KL is then ½ (e - 2).
            model.Mean.weight!.zero_();
            model.Mean.bias!.zero_();
            model.LogVariance.weight!.zero_();
            model.LogVariance.bias!.copy_(tensor(new[] { 0f, 1f }));
        }

        using var loss = new ElboObjective(model, _data, new ElboOptions { FreeBits = 0.1 }).Loss(Moment(0));
        Assert.Equal(0.5 * (Math.E - 2), loss.Parts[1].Value.item<float>(), 1e-5);
        Assert.Equal(loss.Parts[0].Value.item<float>() + 0.1 + (0.5 * (Math.E - 2)), loss.Total.item<float>(), 1e-4);
    }

    [Fact]
    public void ValidationIsTheBoundOverEveryImageWhateverTheOptionsAndTheBatch()
    {
        var model = new SmallVae();
        var objective = new ElboObjective(model, _data, new ElboOptions());
        var all = objective.Validate(100);
        Assert.Equal(["loss", "reconstruction", "kl"], all.Select(static metric => metric.Name));
        Assert.Equal(all[0].Value, all[1].Value + all[2].Value, 1e-9);
        foreach (var (one, other) in all.Zip(objective.Validate(4)))
        {
            Assert.Equal(one.Value, other.Value, 1e-4);
        }

        Assert.Equal(
            all,
            new ElboObjective(
                model,
                _data,
                new ElboOptions
                {
                    Beta = 9,
                    FreeBits = 3,
                    Warmup = Duration.Steps(7),
                }
            ).Validate(100)
        );
        Assert.True(model.training);
    }

    [Fact]
    public void TrainingMakesTheBoundBetterAndLeavesNoTensorBehind()
    {
        using var model = new SmallVae(classes: 3);
        var objective = model.CreateObjective(_data);
        var before = objective.Validate(100)[0].Value;
        using var trainer = new Trainer(objective, Options with { Duration = Duration.Steps(150) });
        trainer.MakeStep();
        var live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        while (trainer.Step < 150)
        {
            trainer.MakeStep();
        }

        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        var after = objective.Validate(100)[0].Value;
        Assert.True(after < before - 1, $"{before} to {after}");
    }

    [Fact]
    public void AResumedRunEndsInTheSameBytes()
    {
        Run("whole", stopAt: null);
        Run("part", stopAt: 4);
        Assert.NotEqual(File.ReadAllBytes(_folder.Newest("whole")), File.ReadAllBytes(_folder.Newest("part")));
        using var model = Create();
        using var checkpoint = Checkpoint.OpenNewest(_folder["part"]);
        using var trainer = new Trainer(model.CreateObjective(_data), Options, 5) { CheckpointFolder = _folder["resumed"] };
        trainer.Resume(checkpoint);
        trainer.Run();
        Assert.Equal(File.ReadAllBytes(_folder.Newest("whole")), File.ReadAllBytes(_folder.Newest("resumed")));

        void Run(string name, int? stopAt)
        {
            using var fresh = Create();
            using var stop = new CancellationTokenSource();
            using var whole = new Trainer(fresh.CreateObjective(_data), Options, 5)
            {
                CheckpointFolder = _folder[name],
                ReportEvery = 1,
                Observers = { new Stopper(stop, stopAt) },
            };
            whole.Run(stop.Token);
        }

        static SmallVae Create()
        {
            manual_seed(4).Dispose();
            return new SmallVae(likelihood: new LearnedGaussian());
        }
    }

    [Fact]
    public void DataThatDoNotSuitTheModelAreRefusedBeforeTheFirstStep()
    {
        using var large = new SmallVae(side: 5);
        Assert.Contains(
            "The data's images are [1, 4, 4], but SmallVae is made for [1, 5, 5]",
            Assert.Throws<ModelGenException>(() => large.CreateObjective(_data)).Message
        );
        using var conditional = new SmallVae(classes: 4);
        Assert.Contains(
            "The data have 3 classes, but SmallVae is made for 4",
            Assert.Throws<ModelGenException>(() => conditional.CreateObjective(_data)).Message
        );
        using var unlabelled = SampleDataset.Create(Images(10, classes: 0), null, 0.2);
        Assert.Contains(
            "The data have no classes",
            Assert.Throws<ModelGenException>(() => conditional.CreateObjective(unlabelled)).Message
        );
    }

    [Fact]
    public void OptionsOutOfRangeAreRefused()
    {
        using var model = new SmallVae();
        Assert.Throws<ArgumentException>(() => new ElboObjective(model, _data, new ElboOptions { Beta = -1 }));
        Assert.Throws<ArgumentException>(() => new ElboObjective(model, _data, new ElboOptions { FreeBits = double.NaN }));
    }

    private static TrainingStep Moment(long step) =>
        new(new([], BatchSize: 8, "images", 8, StepsPerEpoch: 12), Phase: 0, Repetition: 0, Seed: 3, Step: step);

    // Bars at a place that goes with the class, of random brightness.
    private static ImageCollection Images(int count, int classes)
    {
        var random = new Random(7);
        var pixels = new byte[count * 16];
        for (var i = 0; i < count; i++)
        {
            for (var row = 0; row < 4; row++)
            {
                pixels[(i * 16) + (row * 4) + (i % 3)] = (byte)random.Next(128, 256);
            }
        }

        var labels = classes == 0 ? null : Enumerable.Range(0, count).Select(i => i % classes).ToArray();
        return new ImageCollection(
            pixels,
            1,
            4,
            4,
            labels,
            classes == 0 ? null : [.. Enumerable.Range(0, classes).Select(static i => $"class {i}")]
        );
    }

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
