namespace ModelGen.Training;

/// <summary>How the learning rate moves over a run.</summary>
public abstract record ScheduleOptions
{
    /// <summary>The time in which the learning rate rises from nearly 0 to its peak, linearly; none unless told otherwise.</summary>
    public Duration Warmup { get; init; } = Duration.Steps(0);

    /// <summary>The learning rate of one step.</summary>
    /// <param name="peak">The optimizer's learning rate, which the schedule starts from.</param>
    /// <param name="step">The step, counted from 0.</param>
    /// <param name="warmupSteps"><see cref="Warmup"/> in steps.</param>
    /// <param name="totalSteps">The steps of the whole run.</param>
    /// <returns>The learning rate to use for this step.</returns>
    /// <remarks>The warm-up is nanoGPT's: peak · (step + 1) / (warmupSteps + 1) while step &lt; warmupSteps.</remarks>
    public double LearningRate(double peak, long step, long warmupSteps, long totalSteps) =>
        step < warmupSteps ? peak * (step + 1) / (warmupSteps + 1) : AfterWarmup(peak, step, warmupSteps, totalSteps);

    /// <summary>The learning rate of a step that comes after the warm-up.</summary>
    /// <param name="peak">The optimizer's learning rate.</param>
    /// <param name="step">The step, counted from 0; not below <paramref name="warmupSteps"/>.</param>
    /// <param name="warmupSteps">The steps of the warm-up.</param>
    /// <param name="totalSteps">The steps of the whole run.</param>
    /// <returns>The learning rate to use for this step.</returns>
    protected abstract double AfterWarmup(double peak, long step, long warmupSteps, long totalSteps);

    internal virtual void Check(double peak)
    {
    }
}

/// <summary>The same learning rate from the end of the warm-up to the end of the run.</summary>
public sealed record ConstantSchedule : ScheduleOptions
{
    /// <inheritdoc/>
    protected override double AfterWarmup(double peak, long step, long warmupSteps, long totalSteps) => peak;
}

/// <summary>
/// Half a cosine from the peak down to <see cref="Floor"/> over the steps that follow the warm-up, without restarts
/// (Loshchilov and Hutter 2017, "SGDR", equation 5, one cycle; as in nanoGPT).
/// </summary>
public sealed record CosineSchedule : ScheduleOptions
{
    /// <summary>The learning rate at the end, from 0 up to the peak.</summary>
    public double Floor { get; init; }

    /// <inheritdoc/>
    /// <remarks>floor + (peak − floor) · ½ (1 + cos(π · (step − warmupSteps) / (totalSteps − warmupSteps))).</remarks>
    protected override double AfterWarmup(double peak, long step, long warmupSteps, long totalSteps)
    {
        if (step >= totalSteps)
            return Floor;
        var progress = (double)(step - warmupSteps) / (totalSteps - warmupSteps);
        return Floor + ((peak - Floor) * 0.5 * (1 + Math.Cos(Math.PI * progress)));
    }

    internal override void Check(double peak)
    {
        if (!(Floor >= 0 && Floor <= peak))
            throw new ArgumentException($"The floor of a cosine schedule lies between 0 and the learning rate {peak}, not at {Floor}.", nameof(Floor));
    }
}
