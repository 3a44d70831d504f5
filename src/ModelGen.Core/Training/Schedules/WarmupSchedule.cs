namespace ModelGen.Training.Schedules;

/// <summary>A schedule that starts with a linear warm-up to the peak.</summary>
public abstract record WarmupSchedule : ScheduleOptions
{
    /// <summary>How long the learning rate takes to rise linearly from nearly 0 to its peak; none by default.</summary>
    public Duration Warmup { get; init; } = Duration.Steps(0);

    /// <inheritdoc/>
    /// <remarks>The warm-up is nanoGPT's: peak · (step + 1) / (w + 1) while step &lt; w.</remarks>
    public sealed override double LearningRate(double peak, long step, RunLength run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var warmup = run.ToSteps(Warmup);
        var after = AfterWarmup(peak, Math.Max(step, warmup), warmup, run);
        return step < warmup ? peak * (step + 1) / (warmup + 1) : after;
    }

    /// <summary>The learning rate of a step after the warm-up.</summary>
    /// <param name="peak">The optimizer's learning rate.</param>
    /// <param name="step">The step, counted from 0; not below <paramref name="warmup"/>.</param>
    /// <param name="warmup">The number w of warm-up steps.</param>
    /// <param name="run">The length of the run.</param>
    /// <returns>The learning rate to use for this step.</returns>
    protected abstract double AfterWarmup(double peak, long step, long warmup, RunLength run);
}
