using ModelGen.Checkpoints;
using ModelGen.Data;
using ModelGen.Objectives;
using ModelGen.Tests.Models;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Objectives;

public sealed class VectorQuantisedObjectiveTests : IDisposable
{
    private static readonly string[] Names = ["reconstruction", "commitment", "perplexity", "codes_used"];

    private static readonly TrainingOptions Options = new()
    {
        Optimizer = new AdamWOptions { LearningRate = 1e-2 },
        BatchSize = 8,
        Duration = Duration.Epochs(5),
        Validation = new ValidationOptions
        {
            Every = Duration.Images(40),
            Batches = 2,
            Fraction = 0.2,
        },
        Average = 0.9,
    };

    private readonly TemporaryFolder _folder = new();
    private readonly SampleDataset _data = SampleDataset.Create(Images(60), null, 0.2);

    private readonly int _threads = get_num_threads();

    public VectorQuantisedObjectiveTests()
    {
        // Several threads cost more than they bring with tensors this small.
        set_num_threads(1);
        manual_seed(1).Dispose();
    }

    public void Dispose()
    {
        set_num_threads(_threads);
        _data.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(0.25)]
    [InlineData(2)]
    public void TheLossIsThatOfTheFormula(double weight)
    {
        using var scope = NewDisposeScope();
        using var model = Trained();
        var objective = new VectorQuantisedObjective(model, _data, new VectorQuantisedOptions { Commitment = weight });
        using var batch = _data.Training.Batch(8, 3, 5);

        manual_seed(77).Dispose();
        var grid = model.Encoder.call(batch.Samples);
        var codes = model.Quantiser.Nearest(grid);
        var vectors = model.Quantiser.Vectors(codes);
        var output = model.Decoder.call(vectors);
        var reconstruction = nn.functional.binary_cross_entropy_with_logits(output, batch.Samples, reduction: nn.Reduction.Sum) / 8;
        var commitment = (grid - vectors).square().sum() / 8;
        var shares = codes.data<long>().ToArray().GroupBy(static code => code).Select(static group => group.Count() / 32.0).ToArray();

        manual_seed(77).Dispose();
        using var loss = objective.Loss(new TrainingStep(new([], BatchSize: 8, "images", 8, 1), Phase: 0, Repetition: 0, Seed: 3, Step: 5));

        Assert.Equal(Names, loss.Parts.Select(static part => part.Name));
        Assert.Equal(reconstruction.item<float>(), loss.Parts[0].Value.item<float>(), 1e-4);
        Assert.Equal(commitment.item<float>(), loss.Parts[1].Value.item<float>(), 1e-4);
        Assert.Equal(Math.Exp(-shares.Sum(static share => share * Math.Log(share))), loss.Parts[2].Value.item<float>(), 1e-5);
        Assert.Equal(shares.Length, loss.Parts[3].Value.item<long>());
        Assert.Equal(reconstruction.item<float>() + (weight * commitment.item<float>()), loss.Total.item<float>(), 1e-4);
        Assert.True(commitment.item<float>() > 0.001);
        Assert.All(loss.Parts, static part => Assert.False(part.Value.requires_grad));
    }

    // With respect to z the loss has the gradient of the reconstruction at e, passed straight, and 2 β (z − e).
    [Fact]
    public void GradientsReachTheEncoderByBothWays()
    {
        using var scope = NewDisposeScope();
        using var model = Trained();
        using var batch = _data.Training.Batch(8, 3, 5);
        manual_seed(77).Dispose();
        var grid = model.Encoder.call(batch.Samples);
        var vectors = model.Quantiser.Vectors(model.Quantiser.Nearest(grid)).requires_grad_();
        var output = model.Decoder.call(vectors);
        var reconstruction = nn.functional.binary_cross_entropy_with_logits(output, batch.Samples, reduction: nn.Reduction.Sum) / 8;
        var atCodes = autograd.grad([reconstruction], [vectors])[0];
        var slope = (atCodes + (2 * 0.25 * (grid - vectors) / 8)).detach();
        var weight = ((TorchSharp.Modules.Conv2d)((TorchSharp.Modules.Sequential)model.Encoder)[0]).weight!;
        var expected = autograd.grad([(grid * slope).sum()], [weight])[0];

        manual_seed(77).Dispose();
        using var loss = new VectorQuantisedObjective(model, _data, new VectorQuantisedOptions()).Loss(
            new TrainingStep(new([], BatchSize: 8, "images", 8, 1), Phase: 0, Repetition: 0, Seed: 3, Step: 5)
        );
        var actual = autograd.grad([loss.Total], [weight])[0];

        Assert.True(allclose(expected, actual, 1e-4, 1e-6));
        Assert.True(expected.abs().max().item<float>() > 1e-3);
    }

    [Fact]
    public void ValidationIsOverEveryImageWhateverTheBatchAndTeachesNothing()
    {
        using var scope = NewDisposeScope();
        using var model = Trained();
        var objective = model.CreateObjective(_data);
        var codebook = model.Quantiser.get_buffer("codes")!.data<float>().ToArray();
        var all = objective.Validate(100);
        Assert.Equal(Names.Prepend("loss"), all.Select(static metric => metric.Name));
        Assert.Equal(all[0].Value, all[1].Value + (0.25 * all[2].Value), 1e-9);
        foreach (var (one, other) in all.Zip(objective.Validate(5)))
        {
            Assert.Equal(one.Value, other.Value, 1e-4);
        }

        var codes = model.Encode(_data.Validation.Samples.to(ScalarType.Float32) / 255);
        var shares = codes
            .data<long>()
            .ToArray()
            .GroupBy(static code => code)
            .Select(group => (double)group.Count() / codes.numel())
            .ToArray();
        Assert.Equal(Math.Exp(-shares.Sum(static share => share * Math.Log(share))), all[3].Value, 1e-9);
        Assert.Equal(shares.Length, all[4].Value);

        Assert.Equal(Names.Prepend("loss"), objective.EstimateValidation(4, 3, 1).Select(static metric => metric.Name));
        Assert.Equal(objective.EstimateValidation(4, 3, 1), objective.EstimateValidation(4, 3, 1));
        Assert.Equal(codebook, model.Quantiser.get_buffer("codes")!.data<float>().ToArray());
        Assert.True(model.training);
    }

    [Fact]
    public void TrainingMakesReconstructionsBetterAndLeavesNoTensorBehind()
    {
        using var model = new SmallVqVae(codes: 16, classes: 3);
        var objective = model.CreateObjective(_data);
        var before = objective.Validate(100)[1].Value;
        using var trainer = new Trainer(objective, Options with { Duration = Duration.Steps(150), Average = null });
        trainer.MakeStep();
        var live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        while (trainer.Step < 150)
        {
            trainer.MakeStep();
        }

        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        var after = objective.Validate(100);
        Assert.True(after[1].Value < before - 3, $"{before} to {after[1].Value}");
        Assert.True(after[4].Value >= 6, $"{after[4].Value} codes are used");
    }

    // More codes than vectors in a batch: some are dead, and revived, at every step.
    [Theory]
    [InlineData(6)]
    [InlineData(60)]
    public void AResumedRunEndsInTheSameBytes(int codes)
    {
        Run("whole", stopAt: null);
        Run("part", stopAt: 17);
        Assert.NotEqual(File.ReadAllBytes(_folder.Newest("whole")), File.ReadAllBytes(_folder.Newest("part")));
        using var model = Create();
        using var checkpoint = Checkpoint.OpenNewest(_folder["part"]);
        using var trainer = new Trainer(model.CreateObjective(_data), Options, 5) { CheckpointFolder = _folder["resumed"] };
        trainer.Resume(checkpoint);
        trainer.Run();
        Assert.Equal(File.ReadAllBytes(_folder.Newest("whole")), File.ReadAllBytes(_folder.Newest("resumed")));

        // The finished model and its checkpoint agree, codebook included.
        using var scope = NewDisposeScope();
        using var loaded = Create();
        using var whole = Checkpoint.OpenNewest(_folder["whole"]);
        whole.LoadInto(loaded);
        foreach (var (name, tensor) in loaded.state_dict())
        {
            Assert.Equal(model.state_dict()[name].data<float>().ToArray(), tensor.data<float>().ToArray());
        }

        Assert.Contains("quantiser.codes", loaded.state_dict().Keys);

        void Run(string name, int? stopAt)
        {
            using var fresh = Create();
            using var stop = new CancellationTokenSource();
            using var run = new Trainer(fresh.CreateObjective(_data), Options, 5)
            {
                CheckpointFolder = _folder[name],
                ReportEvery = 1,
                Observers = { new Stopper(stop, stopAt) },
            };
            run.Run(stop.Token);
        }

        SmallVqVae Create()
        {
            manual_seed(4).Dispose();
            return new SmallVqVae(codes);
        }
    }

    [Fact]
    public void OptionsOutOfRangeAreRefused()
    {
        using var model = new SmallVqVae();
        Assert.Throws<ArgumentException>(() => new VectorQuantisedObjective(model, _data, new VectorQuantisedOptions { Commitment = -1 }));
        Assert.Throws<ArgumentException>(() =>
            new VectorQuantisedObjective(model, _data, new VectorQuantisedOptions { Commitment = double.NaN })
        );
    }

    // Far enough that no code is dead.
    private SmallVqVae Trained()
    {
        var model = new SmallVqVae();
        using var trainer = new Trainer(model.CreateObjective(_data), Options with { Duration = Duration.Steps(30), Average = null });
        trainer.Run();
        using var use = model.Quantiser.get_buffer("use")!.min();
        Assert.True(use.item<float>() > 0.1f * 32 / 6);
        return model;
    }

    // Bars at a place that goes with the class, of random brightness.
    private static ImageCollection Images(int count)
    {
        var random = new Random(7);
        var pixels = new byte[count * 16];
        for (var i = 0; i < count; i++)
        {
            for (var row = 0; row < 4; row++)
            {
                pixels[(i * 16) + (row * 4) + (i % 3)] = (byte)random.Next(64, 256);
            }
        }

        return new ImageCollection(pixels, 1, 4, 4, [.. Enumerable.Range(0, count).Select(static i => i % 3)], ["left", "middle", "right"]);
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
