using ModelGen.Compiler.Graph;

namespace ModelGen.Compiler.Passes;

/// <summary>
/// The memory that a training needs, in bytes, as its options say; the runtime's <c>MemoryPlan</c> says the same of a trainer. It leaves
/// out .NET, libtorch and the data, and what an allocator keeps of memory that is free again.
/// </summary>
/// <param name="Weights">The parameters and buffers, which are float32 whatever the layers' precision, but for those that are kept as
/// int8.</param>
/// <param name="Average">Their average, if one is kept.</param>
/// <param name="Gradients">The gradients of those parameters that are trained together; where networks take turns, of the larger one.
/// </param>
/// <param name="OptimizerState">What the optimizers keep from step to step.</param>
/// <param name="ActivationsOfSample">The activations of one sample, with what its loss needs.</param>
/// <param name="SamplesAtOnce">How many samples are computed at once.</param>
internal sealed record MemoryNeeds(
    long Weights,
    long Average,
    long Gradients,
    long OptimizerState,
    long ActivationsOfSample,
    long SamplesAtOnce
)
{
    /// <summary>The largest of the matrices that are kept as int8, as float32: products restore one at a time.</summary>
    public long Restored { get; init; }

    /// <summary>The weights of other models that are used, such as a teacher's.</summary>
    public long UsedWeights { get; init; }

    /// <summary>The activations of all samples that are computed at once.</summary>
    public long Activations => checked(ActivationsOfSample * SamplesAtOnce);

    /// <summary>The sum of all parts: each is at its largest at some moment of a step.</summary>
    public long Peak => checked(Weights + Restored + UsedWeights + Average + Gradients + OptimizerState + Activations);

    /// <summary>The tensors of a checkpoint; its header adds some hundred bytes for each tensor.</summary>
    public long Checkpoint => checked(Weights + Average + OptimizerState);

    /// <summary>The bytes of a model's parameters and buffers.</summary>
    public static long WeightsOf(ModelGraph model) =>
        model
            .Root.State()
            .Aggregate(0L, static (sum, entry) => checked(sum + (entry.Count * (entry.IsWhole ? sizeof(long) : sizeof(float)))));

    /// <summary>Adds up the needs of a training.</summary>
    /// <param name="model">The model, after all passes that change it.</param>
    /// <param name="setup">How it is trained.</param>
    public static MemoryNeeds Of(ModelGraph model, TrainingSetup setup)
    {
        var weights = checked(WeightsOf(model) + (setup.Added * sizeof(float)) - setup.Quantised.Sum(Saved));
        return new MemoryNeeds(
            weights,
            setup.IsAveraged ? weights : 0,
            checked(setup.Groups.Max(static group => group.Parameters) * sizeof(float)),
            checked(setup.Groups.Sum(static group => group.StateCount) * sizeof(float)),
            checked(setup.RowsPerSample * (Passes.Activations.Bytes(model) + setup.LossBytes)),
            (setup.Batch + setup.Accumulate - 1) / setup.Accumulate
        )
        {
            UsedWeights = setup.UsedWeights,
            Restored = setup.Quantised.Select(static weight => checked(weight.Count * sizeof(float))).DefaultIfEmpty().Max(),
        };
    }

    // In place of four bytes for each number, one, a scale for each row, and the hash of what it was.
    private static long Saved(StateEntry weight)
    {
        const int Hash = 32;
        return checked((weight.Count * (sizeof(float) - 1)) - (weight.Shape[0] * sizeof(float)) - Hash);
    }
}
