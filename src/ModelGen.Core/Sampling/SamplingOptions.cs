namespace ModelGen.Sampling;

/// <summary>How the next token is chosen from a model's logits: the <c>sampling:</c> section of its spec.</summary>
public sealed record SamplingOptions
{
    /// <summary>
    /// The divisor of the logits, 0 or more: below 1 sharpens the distribution, above 1 flattens it, and 0 always picks the most likely
    /// token.
    /// </summary>
    public double Temperature { get; init; } = 1.0;

    /// <summary>Keeps only this many of the most likely tokens, at least 1. Null keeps all.</summary>
    public int? TopK { get; init; }

    /// <summary>
    /// Keeps only the smallest set of most likely tokens whose probabilities reach this sum, above 0 and at most 1. Null keeps all.
    /// </summary>
    public double? TopP { get; init; }

    internal void Check()
    {
        if (!(Temperature >= 0 && double.IsFinite(Temperature)))
        {
            throw new ArgumentException($"The temperature must be 0 or more, not {Temperature}.", nameof(Temperature));
        }

        if (TopK < 1)
        {
            throw new ArgumentException($"Top-k must keep at least 1 token, not {TopK}.", nameof(TopK));
        }

        if (TopP is { } p && !(p > 0 && p <= 1))
        {
            throw new ArgumentException($"Top-p must be above 0 and at most 1, not {p}.", nameof(TopP));
        }
    }
}
