namespace ModelGen.Training.Schedules;

/// <summary>
/// After the warm-up, half a cosine from the peak down to the floor, restarted each time it ends (Loshchilov and
/// Hutter 2017, "SGDR: stochastic gradient descent with warm restarts", equation 5).
/// </summary>
public sealed record RestartsSchedule : FlooredSchedule
{
    /// <summary>The length T₀ of the first half cosine; counted as at least one step.</summary>
    public required Duration Period { get; init; }

    /// <summary>The ratio of each half cosine's length to that of the one before, from 1 to 1000.</summary>
    public int Factor { get; init; } = 1;

    /// <inheritdoc/>
    /// <remarks>In cycle i of Tᵢ = T₀ · factorⁱ steps, after t of them: floor + (peak − floor) · ½ (1 + cos(π · t / Tᵢ)).</remarks>
    protected override double AfterWarmup(double peak, long step, long warmup, RunLength run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var (period, since) = (Math.Max(1, run.ToSteps(Period)), step - warmup);
        if (Factor == 1)
        {
            return HalfCosine(peak, Floor, (double)(since % period) / period);
        }

        for (; since >= period; period *= Factor)
        {
            since -= period;
        }

        return HalfCosine(peak, Floor, (double)since / period);
    }

    internal override void Check(double peak)
    {
        base.Check(peak);
        if (Factor is < 1 or > 1000)
        {
            throw new ArgumentException($"The periods of restarts must grow by a factor from 1 to 1000, not {Factor}.", nameof(Factor));
        }
    }
}
