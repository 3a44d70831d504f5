using ModelGen.Native;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Training;

/// <summary>One step of AdamW over many matrices.</summary>
internal sealed class OptimizerStep : Benchmark
{
    private const int Count = 52;
    private const int Size = 256;
    private const double LearningRate = 1e-3;
    private const double WeightDecay = 0.1;

    public override string Name => "adamw-52x256x256";

    public override string Sentence =>
        $"one step of AdamW over {Count} matrices of {Size} by {Size}, against TorchSharp's torch.optim.AdamW; both start from the "
        + "same weights and gradients.";

    public override Comparison Run()
    {
        Libtorch.Load();
        manual_seed((long)TrainStep.Seed);
        using var scope = NewDisposeScope();
        var (ours, baseline) = (new NamedParameter[Count], new Parameter[Count]);
        for (var i = 0; i < Count; i++)
        {
            var (start, gradient) = (randn(Size, Size), randn(Size, Size));
            ours[i] = new NamedParameter($"matrix{i}", new Parameter(start.clone())) { Value = { grad = gradient } };
            baseline[i] = new Parameter(start) { grad = gradient };
        }

        var options = new AdamWOptions { LearningRate = LearningRate, WeightDecay = WeightDecay };
        using var ourOptimizer = new ModelGen.Training.Optimizers.AdamW(ours, options);
        using var theirOptimizer = optim.AdamW(
            baseline,
            LearningRate,
            options.Betas.First,
            options.Betas.Second,
            options.Epsilon,
            WeightDecay
        );
        void Theirs()
        {
            using var step = NewDisposeScope();
            theirOptimizer.step();
        }

        // Equal work or no comparison.
        ourOptimizer.Step(LearningRate);
        Theirs();
        if (ours.Zip(baseline).Any(static pair => !pair.First.Value.allclose(pair.Second, rtol: 1e-5, atol: 1e-6)))
        {
            throw new ModelGenException("The two sides do not compute the same: their weights differ after one step.");
        }

        return Comparison.Time(() => ourOptimizer.Step(LearningRate), Theirs, warmUps: 4, pairs: 31, repetitions: 4);
    }
}
