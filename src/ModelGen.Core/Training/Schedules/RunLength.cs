namespace ModelGen.Training.Schedules;

/// <summary>The length of a run, and the conversion of other lengths of training to its steps.</summary>
/// <param name="TotalSteps">The steps of the whole run.</param>
/// <param name="StepsPerEpoch">The number of steps per pass over the training data.</param>
/// <param name="Unit">The unit of the data, in the plural: <c>tokens</c>, <c>images</c>.</param>
/// <param name="UnitsPerStep">How many units one step trains on.</param>
public sealed record RunLength(long TotalSteps, double StepsPerEpoch, string Unit, double UnitsPerStep)
{
    /// <summary>Converts a length of training to steps of this run, rounded up.</summary>
    /// <param name="duration">The length.</param>
    /// <returns>The number of steps.</returns>
    /// <exception cref="ArgumentException">The length is in a unit other than the data's.</exception>
    public long ToSteps(Duration duration) => duration.ToSteps(StepsPerEpoch, Unit, UnitsPerStep);
}
