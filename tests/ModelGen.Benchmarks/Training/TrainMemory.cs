using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Training;

/// <summary>How much memory training takes.</summary>
internal sealed class TrainMemory(Workload workload) : PeakMemory
{
    private const int Steps = 100;

    public override string Name => $"train-memory-{workload.Name}";

    public override string Sentence =>
        $"the peak of resident memory over {Steps} training steps of {workload.Model}, above what the process had before it made the model (weights, gradients, optimizer, activations, and garbage that waits for its collector), in the trainer and written by hand, each in fresh processes.";

    protected override void Run(bool ours, Action begin)
    {
        manual_seed((long)TrainStep.Seed);
        using var pair = workload.Open();
        begin();
        using var side = ours ? pair.Ours() : pair.Baseline();
        for (var i = 0; i < Steps; i++)
            side.Step();
    }
}
