using ModelGen.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Training;

/// <summary>
/// What a training holds in memory at its fullest, in bytes, estimated before it begins: beside the 200 to 300 MB of .NET and libtorch, the
/// data, and what an observer or another device needs.
/// </summary>
/// <param name="Weights">The model's parameters and buffers, and their average where one is kept.</param>
/// <param name="Gradients">A gradient for each trained parameter, once for each thread that computes a part of the batch.</param>
/// <param name="OptimizerState">What optimizers remember of each parameter.</param>
/// <param name="Activations">What the samples computed at once leave for backward, see <see cref="Objective.ActivationBytes"/>; 0 where it
/// is not known.</param>
/// <param name="SamplesAtOnce">How many samples are computed at once.</param>
public sealed record MemoryPlan(long Weights, long Gradients, long OptimizerState, long Activations, int SamplesAtOnce)
{
    /// <summary>All of it.</summary>
    public long Total => Weights + Gradients + OptimizerState + Activations;

    /// <summary>What a training will hold.</summary>
    /// <param name="objective">What is trained.</param>
    /// <param name="options">How.</param>
    /// <param name="state">What changes meanwhile.</param>
    /// <param name="threads">How many threads compute parts of a batch.</param>
    internal static MemoryPlan Of(Objective objective, TrainingOptions options, TrainingState state, int threads)
    {
        var samples = (options.BatchSize + options.Accumulate - 1) / options.Accumulate;
        return new MemoryPlan(
            state.Weights.Sum(static weights => Bytes(weights.State.Tensors.Values)),
            Bytes(state.Phases.SelectMany(static phase => phase.Parameters)) * threads,
            state.Phases.Sum(static phase => Bytes(phase.Optimizer.State.Values)),
            objective.ActivationBytes * samples,
            samples
        );

        static long Bytes(IEnumerable<Tensor> tensors) => tensors.Sum(static tensor => tensor.numel() * tensor.element_size());
    }

    /// <summary>Says what takes how much, and what to do, where it is more than it may be; null where it is not.</summary>
    internal string? Excess(long? budget)
    {
        if (budget is not { } most || Total <= most)
        {
            return null;
        }

        var parts =
            $"weights {OutOfMemory.Text(Weights)}, gradients {OutOfMemory.Text(Gradients)}, optimizer "
            + $"{OutOfMemory.Text(OptimizerState)}, activations of {SamplesAtOnce} sample(s) at once {OutOfMemory.Text(Activations)}";
        return $"This training needs about {OutOfMemory.Text(Total)} ({parts}), more than its budget of {OutOfMemory.Text(most)}; make "
            + "the batch smaller, compute it in more parts with 'accumulate', or mark parts of the network with 'recompute'.";
    }
}
