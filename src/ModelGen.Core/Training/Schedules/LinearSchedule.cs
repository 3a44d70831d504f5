namespace ModelGen.Training.Schedules;

/// <summary>
/// A straight line from the peak down to the floor over the steps after the warm-up (as in Devlin et al. 2019, "BERT", section A.2).
/// </summary>
public sealed record LinearSchedule : FlooredSchedule
{
    /// <inheritdoc/>
    /// <remarks>With w warm-up steps out of S: peak + (floor − peak) · (step − w) / (S − w).</remarks>
    protected override double AfterWarmup(double peak, long step, long warmup, RunLength run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return step >= run.TotalSteps ? Floor : peak + ((Floor - peak) * (step - warmup) / (run.TotalSteps - warmup));
    }
}
