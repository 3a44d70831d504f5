using ModelGen.Constraints;

namespace ModelGen.Sampling;

/// <summary>How likely texts are searched for, beside each other.</summary>
public sealed record BeamSearchOptions
{
    /// <summary>How many unfinished texts are kept, at least 1: the more, the likelier what is found.</summary>
    public int Beams { get; init; } = 4;

    /// <summary>How many texts to give, at least 1.</summary>
    public int Results { get; init; } = 1;

    /// <summary>
    /// α in the score of a text, ln P / lengthᵅ, where the length counts its tokens with the one that ends it: 0 for the probability alone,
    /// which favours short texts; 1 for the mean of a token; above that, longer ones (Wu et al. 2016, "Google's neural machine translation
    /// system", section 7, without the constant).
    /// </summary>
    public double LengthPenalty { get; init; } = 1;

    /// <summary>A set of texts, of which each text is one; null for any text.</summary>
    public TextConstraint? Constraint { get; init; }

    internal void Check()
    {
        if (Beams < 1 || Results < 1)
        {
            throw new ArgumentException($"A search needs at least 1 beam and 1 result, not {Beams} and {Results}.", nameof(Beams));
        }

        if (!double.IsFinite(LengthPenalty))
        {
            throw new ArgumentException($"The length penalty must be a number, not {LengthPenalty}.", nameof(LengthPenalty));
        }
    }
}
