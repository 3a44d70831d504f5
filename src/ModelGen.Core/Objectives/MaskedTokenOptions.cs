namespace ModelGen.Objectives;

/// <summary>Which tokens are to be predicted, and how that is scored (Devlin et al. 2019, "BERT", section 3.1 and appendix A.1).</summary>
public sealed record MaskedTokenOptions : TokenLossOptions
{
    /// <summary>The share of a sequence's tokens that are predicted, above 0 and at most 1; at least one always is.</summary>
    public double Rate { get; init; } = 0.15;

    /// <summary>
    /// The mean length of the spans in which they are chosen, in tokens or whole words, 1 or more: 1 for each by itself; lengths are
    /// drawn from a geometric distribution (Joshi et al. 2020, "SpanBERT", which takes 3.8).
    /// </summary>
    public double Span { get; init; } = 1;

    /// <summary>
    /// Whether all tokens of a word are predicted together ("whole word masking", in BERT's published code). A word that is longer than
    /// what is left of <see cref="Rate"/> is passed over, except the first.
    /// </summary>
    public bool WholeWords { get; init; }

    internal override void Check()
    {
        base.Check();
        if (!(Rate is > 0 and <= 1))
        {
            throw new ArgumentException($"The share of masked tokens must be above 0 and at most 1, not {Rate}.", nameof(Rate));
        }

        if (!(Span >= 1 && double.IsFinite(Span)))
        {
            throw new ArgumentException($"The mean length of masked spans must be 1 or more, not {Span}.", nameof(Span));
        }
    }
}
