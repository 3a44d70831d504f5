namespace ModelGen.Training.Guards;

/// <summary>
/// What to do when the loss spikes: the run rolls back to its last checkpoint and skips the batches from there to the spike (Chowdhery et
/// al. 2022, "PaLM", section 5.1). A NaN or infinite loss is also a spike.
/// </summary>
public sealed record RollbackOptions
{
    /// <summary>
    /// How far above the mean of the losses before it a loss must be to count as a spike, in standard deviations of the change from step to
    /// step, both over some hundred steps; above 0.
    /// </summary>
    public required double Deviations { get; init; }

    /// <summary>How many times a run may roll back, at least 1; the next spike ends it with an error.</summary>
    public int Limit { get; init; } = 3;

    internal void Check()
    {
        if (!(Deviations > 0 && double.IsFinite(Deviations)))
        {
            throw new ArgumentException($"A loss spike must be more than 0 standard deviations, not {Deviations}.", nameof(Deviations));
        }

        if (Limit < 1)
        {
            throw new ArgumentException($"A run must be allowed at least 1 rollback, not {Limit}.", nameof(Limit));
        }
    }
}
