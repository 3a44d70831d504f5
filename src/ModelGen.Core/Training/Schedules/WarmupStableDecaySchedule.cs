namespace ModelGen.Training.Schedules;

/// <summary>
/// Warm-up, then the peak, then at the end of the run an exponential fall (Hu et al. 2024, "MiniCPM", section 4.2). Whatever the length of
/// the run, it is the same until the fall begins, so that one run can be continued to several lengths.
/// </summary>
public sealed record WarmupStableDecaySchedule : WarmupSchedule
{
    /// <summary>The time of the fall, at the end of the run; it begins with the warm-up's end at the earliest.</summary>
    public required Duration Decay { get; init; }

    /// <summary>The learning rate at the end, above 0 and up to the peak; null for a tenth of the peak.</summary>
    public double? Floor { get; init; }

    /// <inheritdoc/>
    /// <remarks>With a fall of D steps in S: peak until step S − D, then peak · (floor / peak)^((step − (S − D)) / D).</remarks>
    protected override double AfterWarmup(double peak, long step, long warmup, RunLength run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var floor = Floor ?? (peak / 10);
        var start = Math.Max(warmup, run.TotalSteps - run.ToSteps(Decay));
        if (step < start)
        {
            return peak;
        }

        return step >= run.TotalSteps ? floor : peak * Math.Pow(floor / peak, (double)(step - start) / (run.TotalSteps - start));
    }

    internal override void Check(double peak)
    {
        if (Floor is { } floor && !(floor > 0 && floor <= peak))
        {
            throw new ArgumentException(
                $"The floor of an exponential fall lies above 0 and up to the learning rate {peak}, not at {floor}.",
                nameof(Floor)
            );
        }
    }
}
