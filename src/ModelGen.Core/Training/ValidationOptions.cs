namespace ModelGen.Training;

/// <summary>
/// How much of the data is held back for validation, and how often the model is evaluated on it during training. At the end of a run it is
/// always evaluated on all of it.
/// </summary>
public sealed record ValidationOptions
{
    /// <summary>The interval between estimates. Null evaluates only at the end of the run.</summary>
    public Duration? Every { get; init; }

    /// <summary>
    /// Batches per estimate, at least 1. Every estimate of a run uses the same batches, so that the values can be compared.
    /// </summary>
    public int Batches { get; init; } = 20;

    /// <summary>
    /// The fraction of the data that is held back, above 0 and below 1. Null holds back a tenth, but of a text no more than a million
    /// tokens: they give its loss to a few thousandths, and more would only make the last validation longer.
    /// </summary>
    public double? Fraction { get; init; }

    internal void Check()
    {
        if (Batches < 1)
        {
            throw new ArgumentException($"A validation estimate needs at least 1 batch, not {Batches}.", nameof(Batches));
        }

        if (Fraction is <= 0 or >= 1 or double.NaN)
        {
            throw new ArgumentException(
                $"The fraction of the data held back for validation must be between 0 and 1, not {Fraction}.",
                nameof(Fraction)
            );
        }
    }
}
