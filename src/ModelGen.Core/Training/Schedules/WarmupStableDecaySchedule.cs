namespace ModelGen.Training.Schedules;

/// <summary>
/// Warm-up, then the peak, then an exponential decay at the end of the run (Hu et al. 2024, "MiniCPM", section 4.2). Until the decay begins
/// it does not depend on the length of the run, so one run can be continued to several lengths.
/// </summary>
public sealed record WarmupStableDecaySchedule : WarmupSchedule
{
    /// <summary>The length of the decay at the end of the run; it begins after the warm-up at the earliest.</summary>
    public required Duration Decay { get; init; }

    /// <summary>The learning rate at the end, above 0 and at most the peak; null for a tenth of the peak.</summary>
    public double? Floor { get; init; }

    /// <inheritdoc/>
    /// <remarks>With D decay steps out of S: peak until step S − D, then peak · (floor / peak)^((step − (S − D)) / D).</remarks>
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
                $"The floor of an exponential decay must be above 0 and at most the learning rate {peak}, not {floor}.",
                nameof(Floor)
            );
        }
    }
}
