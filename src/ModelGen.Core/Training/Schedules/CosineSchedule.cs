namespace ModelGen.Training.Schedules;

/// <summary>
/// Half a cosine from the peak down to the floor over the steps after the warm-up, without restarts
/// (Loshchilov and Hutter 2017, "SGDR", equation 5, one cycle; as in nanoGPT).
/// </summary>
public sealed record CosineSchedule : FlooredSchedule
{
    /// <inheritdoc/>
    /// <remarks>With w warm-up steps out of S: floor + (peak − floor) · ½ (1 + cos(π · (step − w) / (S − w))).</remarks>
    protected override double AfterWarmup(double peak, long step, long warmup, RunLength run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return step >= run.TotalSteps ? Floor : HalfCosine(peak, Floor, (double)(step - warmup) / (run.TotalSteps - warmup));
    }
}
