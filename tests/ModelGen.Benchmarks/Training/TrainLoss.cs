using ModelGen.Native;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Training;

/// <summary>How far a model has come after some steps.</summary>
internal sealed class TrainLoss(string name, Workload workload) : Benchmark
{
    private const int Steps = 200;
    private const int Averaged = 20;

    public override string Name => name;

    public override string Sentence =>
        $"the training loss in nats (less is better) of {workload.Model}, the mean over the last {Averaged} of {Steps} steps, "
        + "against the same model and steps written by hand in float32; both start from the same weights and see the same batches.";

    public override bool TakesMinutes => true;

    public override Comparison Run()
    {
        Libtorch.Load();
        manual_seed((long)TrainStep.Seed);
        using var pair = workload.Open();
        using var ours = pair.Ours();
        using var baseline = pair.Baseline();
        Weights.Copy(ours.Model, baseline.Model);
        return new Comparison([(Loss(ours), Loss(baseline))], static nats => Comparison.Number(nats, "nats"));
    }

    private static double Loss(TrainingSide side)
    {
        var sum = 0.0;
        for (var step = 0; step < Steps; step++)
        {
            if (step >= Steps - Averaged)
            {
                using var scope = NewDisposeScope();
                sum += side.Losses()[0].item<float>();
            }

            side.Step();
        }

        return sum / Averaged;
    }
}
