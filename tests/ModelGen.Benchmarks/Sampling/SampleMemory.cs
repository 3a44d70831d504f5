using ModelGen.Benchmarks.Training;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Sampling;

/// <summary>How much memory it takes to make images.</summary>
internal sealed class SampleMemory(Workload workload, Func<ImageModels> create) : PeakMemory
{
    public override string Name => $"sample-memory-{workload.Name}";

    public override string Sentence =>
        $"the peak of resident memory while the two sides of sample-images-{workload.Name} make {SampleImages.Count} images, "
        + "above what the process had before, each in fresh processes.";

    protected override void Run(bool ours, Action begin)
    {
        manual_seed((long)TrainStep.Seed);
        using var models = create();
        begin();
        using var images = ours
            ? models.Ours.Sample(SampleImages.Count, TrainStep.Seed)
            : models.SampleByHand(SampleImages.Count, SampleImages.BatchSize);
    }
}
