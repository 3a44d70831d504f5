namespace ModelGen.Training.Schedules;

/// <summary>
/// After the warm-up the learning rate falls with the inverse square root of the step (Vaswani et al. 2017, "Attention is all you need",
/// equation 3, where the peak is 1 / √(width · w)). It does not depend on the length of the run.
/// </summary>
public sealed record InverseSquareRootSchedule : WarmupSchedule
{
    /// <inheritdoc/>
    /// <remarks>With w warm-up steps: peak · √((w + 1) / (step + 1)); the peak is at step w, the first after the warm-up.</remarks>
    protected override double AfterWarmup(double peak, long step, long warmup, RunLength run) =>
        peak * Math.Sqrt((warmup + 1.0) / (step + 1.0));
}
