using ModelGen.Native;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Training;

/// <summary>A training step of a small GPT.</summary>
internal sealed class TrainStep : Measure
{
    /// <summary>The seed of weights and of the order of the data.</summary>
    public const ulong Seed = 1;

    public override string Name => "train-step-gpt-float32";

    public override string Sentence =>
        "one training step (batch, forward, loss, backward, clipping, AdamW) of the generated GPT (4 layers, 4 heads, width 128, context 64, batch 12) in the trainer, against the same model and step written by hand in idiomatic TorchSharp; both start from the same weights and see the same batches.";

    public override Comparison Run()
    {
        Libtorch.Load();
        manual_seed((long)Seed);
        using var data = BenchmarkText.Tokens();
        using var ours = new GeneratedTraining(data);
        using var baseline = new IdiomaticTraining(data);
        baseline.CopyWeights(ours.Model);

        // Equal work or no comparison: the same loss before the first step, and after it the same effect of clipping and optimizer.
        Check(ours, baseline, 1e-5);
        ours.Step();
        baseline.Step();
        Check(ours, baseline, 1e-4);
        return Comparison.Time(ours.Step, baseline.Step, warmUps: 4, pairs: 15, repetitions: 10);
    }

    private static void Check(GeneratedTraining ours, IdiomaticTraining baseline, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (our, their) = (ours.Loss().item<float>(), baseline.Loss().item<float>());
        if (!(Math.Abs(our - their) <= tolerance * Math.Abs(their)))
            throw new ModelGenException($"The two sides do not compute the same: their losses are {our} and {their}.");
    }
}
