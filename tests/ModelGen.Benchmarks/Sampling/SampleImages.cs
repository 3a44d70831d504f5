using ModelGen.Benchmarks.Training;
using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Sampling;

/// <summary>Making images.</summary>
internal sealed class SampleImages(Workload workload, Func<ImageModels> create) : Benchmark
{
    /// <summary>How many images.</summary>
    public const int Count = 1000;

    /// <summary>How many of them the loop written by hand makes at a time.</summary>
    public const int BatchSize = 64;

    public override string Name => $"sample-images-{workload.Name}";

    public override string Sentence =>
        $"{Count} images by one call of Sample of {workload.Model}, against the loop that one writes by hand in TorchSharp, "
        + $"{BatchSize} at a time without gradients; both make the same images.";

    public override Comparison Run()
    {
        Libtorch.Load();
        manual_seed((long)TrainStep.Seed);
        using var models = create();
        Check(models);
        return Comparison.Time(
            () => models.Ours.Sample(Count, TrainStep.Seed).Dispose(),
            () => models.SampleByHand(Count, BatchSize).Dispose(),
            warmUps: 3,
            pairs: 15
        );
    }

    private static void Check(ImageModels models)
    {
        using var scope = NewDisposeScope();
        var ours = models.Ours.Sample(Count, TrainStep.Seed);
        manual_seed((long)TrainStep.Seed);
        var difference = (ours - models.SampleByHand(Count, BatchSize)).abs().max().item<float>();
        if (!(difference <= 1e-5))
        {
            throw new ModelGenException($"The two sides do not make the same images: their pixels differ by up to {difference}.");
        }
    }
}
