namespace ModelGen.Training.Schedules;

/// <summary>How long a run is, and what other lengths of training are in its steps.</summary>
/// <param name="TotalSteps">The steps of the whole run.</param>
/// <param name="StepsPerEpoch">How many steps make one pass over the training data.</param>
/// <param name="Unit">What the data are counted in, in the plural: <c>tokens</c>, <c>images</c>.</param>
/// <param name="UnitsPerStep">How many of these one step trains on.</param>
public sealed record RunLength(long TotalSteps, double StepsPerEpoch, string Unit, double UnitsPerStep)
{
    /// <summary>A length of training in steps of this run, rounded up.</summary>
    /// <param name="duration">The length.</param>
    /// <returns>The number of steps.</returns>
    /// <exception cref="ArgumentException">The length counts other units than the data's.</exception>
    public long ToSteps(Duration duration) => duration.ToSteps(StepsPerEpoch, Unit, UnitsPerStep);
}
