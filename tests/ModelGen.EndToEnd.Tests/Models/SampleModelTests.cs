using ModelGen.Checkpoints;
using ModelGen.Data;
using ModelGen.Plots;
using ModelGen.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Models;

/// <summary>Models of images that the generator made, trained on drawn digits.</summary>
public class SampleModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SampleModelTests()
    {
        // Two threads cost more than they bring with tensors this small.
        set_num_threads(1);
        manual_seed(1);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AnAutoencoderLearnsAndDrawsAsTheReadmeShows()
    {
        using var data = SampleDataset.Create(DrawnDigits.Create(600, seed: 1), test: null, validationFraction: 0.1);
        using var model = new Digits();
        var objective = model.CreateObjective(data);
        var before = objective.Validate(60)[0].Value;
        using var trainer = new Trainer(objective, Digits.Training, seed: 1);
        var result = trainer.Run();

        // More than half of the nats go with learning where there never is ink.
        Assert.True(result.ValidationLoss < before / 2, $"{before} to {result.ValidationLoss} nats per image");
        using var images = model.Sample(64, seed: 2);
        Assert.Equal([64L, 1, 28, 28], images.shape);
        ImageGrid.Write(Path.Combine(_folder.Path, "samples.png"), images, columns: 8);
        Assert.True(new FileInfo(Path.Combine(_folder.Path, "samples.png")).Length > 500);
    }

    [Fact]
    public void ACodebookIsUsedAndDrawnFrom()
    {
        using var data = SampleDataset.Create(DrawnDigits.Create(600, seed: 1), test: null, validationFraction: 0.1);
        using var model = new DigitCodes();
        var objective = model.CreateObjective(data);
        var before = Reconstruction(objective.Validate(60));
        using var trainer = new Trainer(objective, DigitCodes.Training, seed: 1);
        trainer.Run();

        var after = objective.Validate(60).ToDictionary(static metric => metric.Name, static metric => metric.Value);
        Assert.True(after["reconstruction"] < before / 3, $"{before} to {after["reconstruction"]} nats per image");
        Assert.InRange(after["codes_used"], DigitCodes.Codes / 2, DigitCodes.Codes);
        Assert.InRange(after["perplexity"], 5, after["codes_used"]);

        // The codes of an image say which it is: what they decode to is nearer to it than to any other.
        using var batch = data.Validation.Batch(32, seed: 1, batch: 0);
        using var again = model.Reconstruct(batch.Samples);
        using var rows = batch.Samples.flatten(1);
        using var decoded = again.flatten(1);
        using var distances = cdist(decoded, rows);
        using var nearest = distances.argmin(1);
        Assert.Equal(Enumerable.Range(0, 32).Select(static i => (long)i), nearest.data<long>().ToArray());

        model.FitPrior(data);
        using var images = model.Sample(64, seed: 2);
        Assert.Equal([64L, 1, 28, 28], images.shape);
        using var ink = images.mean([1, 2, 3]);
        using var realInk = batch.Samples.mean();
        Assert.InRange(ink.mean().item<float>(), realInk.item<float>() / 2, realInk.item<float>() * 2);
    }

    private static double Reconstruction(IReadOnlyList<MetricValue> metrics) =>
        metrics.Single(static metric => metric.Name == "reconstruction").Value;

    [Fact]
    public void AGameIsResumedInTheSameBytesAndItsCheckpointDraws()
    {
        using var data = SampleDataset.Create(DrawnDigits.Create(300, seed: 1), test: null, validationFraction: 0.1);
        Train(data, "whole", stopAt: null, resumeFrom: null);
        Train(data, "part", stopAt: 7, resumeFrom: null);
        var drawn = Train(data, "resumed", stopAt: null, resumeFrom: "part");
        Assert.NotEqual(Bytes("whole"), Bytes("part"));
        Assert.Equal(Bytes("whole"), Bytes("resumed"));

        using var model = new DigitGame();
        using var checkpoint = Checkpoint.OpenNewest(Path.Combine(_folder.Path, "whole"));
        checkpoint.LoadInto(model);
        Assert.Equal(drawn, Draw(model));
    }

    private float[] Train(SampleDataset data, string name, long? stopAt, string? resumeFrom)
    {
        manual_seed(4);
        using var model = new DigitGame();
        using var stop = new CancellationTokenSource();
        using var trainer = new Trainer(model.CreateObjective(data), DigitGame.Training, seed: 5)
        {
            CheckpointFolder = Path.Combine(_folder.Path, name),
            ReportEvery = 1,
            Observers = { new Stopper(stop, stopAt) },
        };
        if (resumeFrom is not null)
        {
            using var checkpoint = Checkpoint.OpenNewest(Path.Combine(_folder.Path, resumeFrom));
            trainer.Resume(checkpoint);
        }

        trainer.Run(stop.Token);
        return Draw(model);
    }

    private static float[] Draw(DigitGame model)
    {
        using var labels = arange(DigitGame.Classes, dtype: ScalarType.Int64);
        using var images = model.Sample(DigitGame.Classes, seed: 3, labels);
        return images.data<float>().ToArray();
    }

    private byte[] Bytes(string name) =>
        File.ReadAllBytes(Directory.EnumerateFiles(Path.Combine(_folder.Path, name)).Max(StringComparer.Ordinal)!);

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
