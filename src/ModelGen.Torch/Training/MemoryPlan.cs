using ModelGen.Layers;
using ModelGen.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Training;

/// <summary>
/// An estimate of a training's peak memory in bytes, made before it begins. It excludes the 200 to 300 MB of .NET and libtorch, the data,
/// and what observers or another device need.
/// </summary>
/// <param name="Weights">The model's parameters and buffers, and their average if one is kept.</param>
/// <param name="Gradients">The gradients of the trained parameters, once for each thread that computes a part of the batch; of networks
/// that take turns, those of the larger one.</param>
/// <param name="OptimizerState">The optimizers' state for the parameters.</param>
/// <param name="Activations">What the samples computed at once take, see <see cref="Objective.ActivationBytes"/>; 0 if
/// unknown.</param>
/// <param name="SamplesAtOnce">How many samples are computed at once.</param>
public sealed record MemoryPlan(long Weights, long Gradients, long OptimizerState, long Activations, int SamplesAtOnce)
{
    /// <summary>The largest of the matrices that are kept as int8, as float32, once for each thread: products restore one at a
    /// time.</summary>
    public long Restored { get; init; }

    /// <summary>The sum of all parts.</summary>
    public long Total => Weights + Restored + Gradients + OptimizerState + Activations;

    /// <summary>Estimates a training's memory.</summary>
    /// <param name="objective">What is trained.</param>
    /// <param name="options">How it is trained.</param>
    /// <param name="state">Its state.</param>
    /// <param name="threads">The number of threads that compute parts of a batch.</param>
    internal static MemoryPlan Of(Objective objective, TrainingOptions options, TrainingState state, int threads)
    {
        var samples = (options.BatchSize + options.Accumulate - 1) / options.Accumulate;
        return new MemoryPlan(
            state.Weights.Sum(static weights => Bytes(weights.State.Tensors.Values)),
            state.Phases.Max(static phase => Bytes(phase.Parameters)) * threads,
            state.Phases.SelectMany(static phase => phase.Groups).Sum(static group => Bytes(group.Optimizer.State.Values)),
            objective.ActivationBytes * samples,
            samples
        )
        {
            Restored =
                LowRankAdapter
                    .QuantisedOf(objective.Model)
                    .Values.Select(static kept => kept.weight.numel() * sizeof(float))
                    .DefaultIfEmpty()
                    .Max() * threads,
        };

        static long Bytes(IEnumerable<Tensor> tensors) => tensors.Sum(static tensor => tensor.numel() * tensor.element_size());
    }

    /// <summary>A message with each part's size and what to do if the total exceeds the budget; null if it does not.</summary>
    internal string? Excess(long? budget)
    {
        if (budget is not { } most || Total <= most)
        {
            return null;
        }

        var parts =
            $"weights {OutOfMemory.Text(Weights + Restored)}, gradients {OutOfMemory.Text(Gradients)}, optimizer "
            + $"{OutOfMemory.Text(OptimizerState)}, activations of {SamplesAtOnce} sample(s) at once {OutOfMemory.Text(Activations)}";
        return $"This training needs about {OutOfMemory.Text(Total)} ({parts}), more than its budget of {OutOfMemory.Text(most)}; make "
            + "the batch smaller, compute it in more parts with 'accumulate', or mark parts of the network with 'recompute'.";
    }
}
