namespace ModelGen.Training.Schedules;

/// <summary>
/// One cycle over the whole run: half a cosine up to the peak, then one down to almost 0 (Smith and Topin 2018, "Super-convergence"), as in
/// PyTorch's <c>OneCycleLR</c> with <c>anneal_strategy="cos"</c>. Only the learning rate changes, not the momentum.
/// </summary>
public sealed record OneCycleSchedule : ScheduleOptions
{
    /// <summary>The fraction of the run in which the learning rate rises, above 0 and below 1.</summary>
    public double PctStart { get; init; } = 0.3;

    /// <summary>The ratio of the peak to the first learning rate, at least 1.</summary>
    public double DivFactor { get; init; } = 25;

    /// <summary>The ratio of the first learning rate to the last, at least 1.</summary>
    public double FinalDivFactor { get; init; } = 1e4;

    /// <inheritdoc/>
    /// <remarks>
    /// With S steps, e = pct · S − 1 and cos(a, b, p) = b + (a − b) · ½ (1 + cos(π p)): cos(first, peak, step / e) up to step e, then
    /// cos(peak, last, (step − e) / (S − 1 − e)).
    /// </remarks>
    public override double LearningRate(double peak, long step, RunLength run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var first = peak / DivFactor;
        var turn = (PctStart * run.TotalSteps) - 1;
        return step <= turn && turn > 0
            ? HalfCosine(first, peak, step / turn)
            : HalfCosine(peak, first / FinalDivFactor, Math.Min(1, (step - turn) / (run.TotalSteps - 1 - turn)));
    }

    internal override void Check(double peak)
    {
        if (PctStart is not (> 0 and < 1))
        {
            throw new ArgumentException(
                $"The fraction of the run in which the learning rate rises must be between 0 and 1, not {PctStart}.",
                nameof(PctStart)
            );
        }

        if (!(DivFactor >= 1 && FinalDivFactor >= 1 && double.IsFinite(DivFactor * FinalDivFactor)))
        {
            throw new ArgumentException(
                $"A one-cycle schedule's factors must be at least 1, not {DivFactor} and {FinalDivFactor}.",
                nameof(DivFactor)
            );
        }
    }
}
