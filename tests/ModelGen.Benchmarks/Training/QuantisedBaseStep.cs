using ModelGen.Native;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Training;

/// <summary>What it costs that products restore the weights of a base that is kept as int8.</summary>
internal sealed class QuantisedBaseStep : Benchmark
{
    private static readonly Workload Tuned = Workload.LoraOfInt8;

    public override string Name => "lora-int8-step";

    public override string Sentence =>
        $"one training step ({Tuned.Step}) of {Tuned.Model}, which are kept as int8, against the same with a base of float32.";

    public override Comparison Run()
    {
        Libtorch.Load();
        using var pair = Tuned.Open();
        using var ours = Side(pair.Ours);
        using var baseline = Side(pair.Baseline);
        TrainStep.Check(ours, baseline, Tuned.Tolerance);
        return Comparison.Time(ours.Step, baseline.Step, warmUps: 4, pairs: 15, Tuned.Repetitions);
    }

    private static TrainingSide Side(Func<TrainingSide> create)
    {
        manual_seed((long)TrainStep.Seed).Dispose();
        return create();
    }
}
