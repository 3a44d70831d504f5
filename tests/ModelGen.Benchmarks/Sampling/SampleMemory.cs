using ModelGen.Benchmarks.Training;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Sampling;

/// <summary>How much memory it takes to make pictures.</summary>
internal sealed class SampleMemory(Workload workload, Func<PictureModels> create) : PeakMemory
{
    public override string Name => $"sample-memory-{workload.Name}";

    public override string Sentence =>
        $"the peak of resident memory while the two sides of sample-pictures-{workload.Name} make {SamplePictures.Count} pictures, "
        + "above what the process had before, each in fresh processes.";

    protected override void Run(bool ours, Action begin)
    {
        manual_seed((long)TrainStep.Seed);
        using var models = create();
        begin();
        using var pictures = ours
            ? models.Ours.Sample(SamplePictures.Count, TrainStep.Seed)
            : models.SampleByHand(SamplePictures.Count, SamplePictures.BatchSize);
    }
}
