using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Training;

/// <summary>How much memory training takes.</summary>
/// <param name="workload">What is trained.</param>
/// <param name="sides">The two sides, ours first.</param>
/// <param name="steps">How many steps.</param>
internal sealed class TrainMemory(Workload workload, string sides = "in the trainer and written by hand", int steps = 100) : PeakMemory
{
    public override string Name => $"train-memory-{workload.Name}";

    public override string Sentence =>
        $"the peak of resident memory over {steps} training steps of {workload.Model}, above what the process had before it made "
        + $"the model (weights, gradients, optimizer, activations, and garbage that waits for its collector), {sides}, each in fresh processes.";

    protected override void Run(bool ours, Action begin)
    {
        manual_seed((long)TrainStep.Seed);
        using var pair = workload.Open();
        begin();
        using var side = ours ? pair.Ours() : pair.Baseline();
        for (var i = 0; i < steps; i++)
        {
            side.Step();
        }
    }
}
