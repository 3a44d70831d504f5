namespace ModelGen.Training.Schedules;

/// <summary>A constant learning rate from the end of the warm-up to the end of the run.</summary>
public sealed record ConstantSchedule : WarmupSchedule
{
    /// <inheritdoc/>
    protected override double AfterWarmup(double peak, long step, long warmup, RunLength run) => peak;
}
