using ModelGen.Native;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Training;

/// <summary>A training step.</summary>
internal sealed class TrainStep(string name, Workload workload) : Benchmark
{
    /// <summary>The seed of weights, of noise and of the order of the data.</summary>
    public const ulong Seed = 1;

    public override string Name => name;

    public override string Sentence =>
        $"one training step ({workload.Step}) of {workload.Model} in the trainer, against the same model and step written by hand "
        + "in idiomatic TorchSharp, in float32; both start from the same weights and see the same batches.";

    public override Comparison Run()
    {
        Libtorch.Load();
        manual_seed((long)Seed);
        using var pair = workload.Open();
        using var ours = pair.Ours();
        using var baseline = pair.Baseline();
        Weights.Copy(ours.Model, baseline.Model);

        // Equal work or no comparison: the same losses before the first step, and after it the same effect of clipping and optimizers.
        Check(ours, baseline, workload.Tolerance);
        ours.Step();
        baseline.Step();
        Check(ours, baseline, 10 * workload.Tolerance);
        return Comparison.Time(ours.Step, baseline.Step, warmUps: 4, pairs: 15, workload.Repetitions);
    }

    /// <summary>Throws unless the losses of both sides are near each other.</summary>
    internal static void Check(TrainingSide ours, TrainingSide baseline, double tolerance)
    {
        foreach (var (our, their) in Losses(ours).Zip(Losses(baseline)))
        {
            if (!(Math.Abs(our - their) <= tolerance * Math.Abs(their)))
            {
                throw new ModelGenException($"The two sides do not compute the same: their losses are {our} and {their}.");
            }
        }
    }

    private static float[] Losses(TrainingSide side)
    {
        using var scope = NewDisposeScope();
        return [.. side.Losses().Select(static loss => loss.item<float>())];
    }
}
