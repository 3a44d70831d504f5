namespace ModelGen.Training;

/// <summary>How an objective is trained with some options: the phases of a step, and the unit that a run is counted in.</summary>
/// <param name="Phases">The phases of a step, in order, at least one; no parameter belongs to two of them.</param>
/// <param name="BatchSize">Samples in a batch.</param>
/// <param name="Unit">The unit that the data are counted in, in the plural: <c>tokens</c>, <c>images</c>.</param>
/// <param name="UnitsPerStep">The number of units that one step trains on.</param>
/// <param name="StepsPerEpoch">The number of steps in one pass over the training data, not rounded.</param>
public sealed record TrainingPlan(
    IReadOnlyList<TrainingPhase> Phases,
    int BatchSize,
    string Unit,
    double UnitsPerStep,
    double StepsPerEpoch
)
{
    /// <summary>Converts a duration to steps, rounded up.</summary>
    /// <param name="duration">The duration.</param>
    /// <returns>The number of steps.</returns>
    /// <exception cref="ArgumentException">The duration is in a unit that the data do not have.</exception>
    public long ToSteps(Duration duration) => duration.ToSteps(StepsPerEpoch, Unit, UnitsPerStep);
}
