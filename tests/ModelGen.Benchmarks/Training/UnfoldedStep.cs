using ModelGen.Native;
using ModelGen.Native.Convolutions;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Training;

/// <summary>
/// What it costs that ModelGen computes convolutions where libtorch's are wrong: the same training, with libtorch's kernels where they are
/// right or not.
/// </summary>
internal sealed class UnfoldedStep(string name, Workload workload) : Benchmark
{
    public override string Name => name;

    public override string Sentence =>
        $"one training step ({workload.Step}) of {workload.Model} with convolutions as products of matrices, against the same with "
        + "libtorch's own, whether those are right on this processor or not.";

    public override Comparison Run()
    {
        Libtorch.Load();
        using var pair = workload.Open();
        using var unfolded = Side(pair);
        using var own = Side(pair);
        return Comparison.Time(
            () => Step(unfolded, ConvolutionKernel.Unfolded),
            () => Step(own, ConvolutionKernel.Libtorch),
            warmUps: 4,
            pairs: 15,
            workload.Repetitions
        );
    }

    private static TrainingSide Side(TrainingPair pair)
    {
        manual_seed((long)TrainStep.Seed).Dispose();
        return pair.Ours();
    }

    private static void Step(TrainingSide side, ConvolutionKernel kernel)
    {
        using var forced = ConvolutionKernels.Force(kernel);
        side.Step();
    }
}
