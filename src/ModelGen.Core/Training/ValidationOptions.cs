namespace ModelGen.Training;

/// <summary>
/// How much of the data is held back, and when the model is measured on it while it trains. At the end of a run the whole held-back
/// part is measured in any case.
/// </summary>
public sealed record ValidationOptions
{
    /// <summary>The time from one estimate to the next. Null measures only at the end of the run.</summary>
    public Duration? Every { get; init; }

    /// <summary>
    /// Batches per estimate, at least 1. Every estimate of a run uses the same batches, so that its values can be compared.
    /// </summary>
    public int Batches { get; init; } = 20;

    /// <summary>The part of the data that is held back, above 0 and below 1.</summary>
    public double Fraction { get; init; } = 0.1;

    internal void Check()
    {
        if (Batches < 1)
        {
            throw new ArgumentException($"A validation estimate takes at least 1 batch, not {Batches}.", nameof(Batches));
        }

        if (!(Fraction > 0 && Fraction < 1))
        {
            throw new ArgumentException(
                $"The fraction of the data held back for validation lies between 0 and 1, not at {Fraction}.",
                nameof(Fraction)
            );
        }
    }
}
