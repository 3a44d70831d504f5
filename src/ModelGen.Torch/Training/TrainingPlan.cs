namespace ModelGen.Training;

/// <summary>How an objective is trained under some options: what a step is made of, and what a run is counted in.</summary>
/// <param name="Phases">The phases of a step, in order, at least one; no parameter belongs to two of them.</param>
/// <param name="BatchSize">Samples in a batch.</param>
/// <param name="Unit">What the data are counted in, in the plural: <c>tokens</c>, <c>images</c>.</param>
/// <param name="UnitsPerStep">How many of these one step trains on.</param>
/// <param name="StepsPerEpoch">How many steps make one pass over the training data, with its fraction.</param>
public sealed record TrainingPlan(
    IReadOnlyList<TrainingPhase> Phases,
    int BatchSize,
    string Unit,
    double UnitsPerStep,
    double StepsPerEpoch
)
{
    /// <summary>A length of training in steps, rounded up.</summary>
    /// <param name="duration">The length.</param>
    /// <returns>The number of steps.</returns>
    /// <exception cref="ArgumentException">The duration counts another unit than the data.</exception>
    public long ToSteps(Duration duration) => duration.ToSteps(StepsPerEpoch, Unit, UnitsPerStep);
}
