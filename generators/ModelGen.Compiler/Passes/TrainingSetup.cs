using ModelGen.Compiler.Graph;

namespace ModelGen.Compiler.Passes;

/// <summary>What the memory of a training depends on besides the model.</summary>
/// <param name="Batch">The samples of a step.</param>
/// <param name="Accumulate">In how many parts they are computed, one after another.</param>
/// <param name="IsAveraged">Whether an average of the weights is kept.</param>
/// <param name="LossBytes">What the loss of a row needs besides the model's activations.</param>
/// <param name="Groups">What each optimizer trains; they take turns.</param>
internal sealed record TrainingSetup(long Batch, long Accumulate, bool IsAveraged, long LossBytes, IReadOnlyList<TrainedGroup> Groups)
{
    /// <summary>How often a sample passes through the model at once.</summary>
    public int RowsPerSample { get; init; } = 1;

    /// <summary>How many parameters the training adds to the model.</summary>
    public long Added { get; init; }

    /// <summary>The parameters that are kept as int8.</summary>
    public IReadOnlyList<StateEntry> Quantised { get; init; } = [];

    /// <summary>The bytes of the weights of other models that are used, such as a teacher's.</summary>
    public long UsedWeights { get; init; }
}

/// <summary>What one optimizer trains.</summary>
/// <param name="Name">Its name; empty if it is the only one.</param>
/// <param name="Optimizer">The optimizer's word.</param>
/// <param name="Parameters">How many parameters it trains.</param>
/// <param name="StateCount">How many numbers it keeps for them from step to step.</param>
internal sealed record TrainedGroup(string Name, string Optimizer, long Parameters, long StateCount);
