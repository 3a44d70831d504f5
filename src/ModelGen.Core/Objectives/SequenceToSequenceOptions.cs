namespace ModelGen.Objectives;

/// <summary>How the tokens of a target are scored.</summary>
public sealed record SequenceToSequenceOptions
{
    /// <summary>
    /// The share of a target that is spread evenly over all tokens, at least 0 and less than 1 (Szegedy et al. 2016, "Rethinking the
    /// Inception architecture"; Vaswani et al. 2017 take 0.1).
    /// </summary>
    public double LabelSmoothing { get; init; }

    internal void Check()
    {
        if (!(LabelSmoothing is >= 0 and < 1))
        {
            throw new ArgumentException(
                $"The label smoothing must be at least 0 and less than 1, not {LabelSmoothing}.",
                nameof(LabelSmoothing)
            );
        }
    }
}
