using ModelGen.Data;
using ModelGen.Native;
using ModelGen.Training;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Training;

/// <summary>How good a trained VAE is.</summary>
/// <param name="folder">Where images in the IDX format are; null for drawn digits.</param>
internal sealed class TestElbo(string? folder) : Benchmark
{
    private const int Runs = 3;

    public override string Name => "test-elbo-vae";

    public override string Sentence =>
        $"the negative ELBO of {Workload.Vae.Model} in nats per image (less is better) over all test images after "
        + $"{ImageVae.Training.Duration} in the trainer, against the program written by hand, with the same recipe and weights of "
        + $"its own, {Runs} runs of each; on the IDX files of --data FOLDER, or on drawn digits.";

    public override bool TakesMinutes => true;

    public override Comparison Run()
    {
        Libtorch.Load();
        using var data = Images();
        var pairs = Enumerable.Range(1, Runs).Select(seed => Train(data, (ulong)seed)).ToList();
        return new Comparison(pairs, static nats => Comparison.Number(nats, "nats"));
    }

    private static (double Ours, double Baseline) Train(SampleDataset data, ulong seed)
    {
        manual_seed((long)seed);
        using var model = new ImageVae();
        using var trainer = new Trainer(model.CreateObjective(data), ImageVae.Training, seed);
        var ours = trainer.Run().ValidationLoss!.Value;

        manual_seed((long)seed);
        using var baseline = new IdiomaticVaeTraining(data, seed);
        for (var step = 0; step < trainer.TotalSteps; step++)
        {
            baseline.Step();
        }

        return (ours, baseline.Test());
    }

    private SampleDataset Images()
    {
        var (training, test) = folder is null
            ? (DrawnDigits.Create(5000, seed: 1), DrawnDigits.Create(1000, seed: 2))
            : IdxFiles.Read(folder);
        return SampleDataset.Create(training, test, ImageVae.Training.Validation.Fraction);
    }
}
