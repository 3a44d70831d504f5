namespace ModelGen.Training.Guards;

/// <summary>
/// What happens when the loss leaps up: the run goes back to its last checkpoint and leaves out the batches from there to the leap
/// (Chowdhery et al. 2022, "PaLM", section 5.1). A loss that is NaN or infinite is a leap, too.
/// </summary>
public sealed record RollbackOptions
{
    /// <summary>
    /// By how many standard deviations of how much the loss changes from step to step a loss must be above the mean of those before it,
    /// both over some hundred steps; above 0.
    /// </summary>
    public required double Deviations { get; init; }

    /// <summary>How many times a run may go back, at least 1; the next leap ends it with an error.</summary>
    public int Limit { get; init; } = 3;

    internal void Check()
    {
        if (!(Deviations > 0 && double.IsFinite(Deviations)))
        {
            throw new ArgumentException($"A leap of the loss is more than 0 deviations, not {Deviations}.", nameof(Deviations));
        }

        if (Limit < 1)
        {
            throw new ArgumentException($"A run may go back at least 1 time, not {Limit}.", nameof(Limit));
        }
    }
}
