using System.Collections.Frozen;
using ModelGen.Constraints;

namespace ModelGen.Sampling;

/// <summary>How the next token is chosen from a model's logits: the <c>sampling:</c> section of its spec.</summary>
public sealed record SamplingOptions
{
    private const double MaximumPenalty = 100;

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

    /// <summary>
    /// Keeps only tokens that are at least this share as likely as the most likely one, above 0 and at most 1 (Nguyen et al. 2025,
    /// "Turning up the heat"). Null keeps all.
    /// </summary>
    public double? MinP { get; init; }

    /// <summary>
    /// Keeps only the tokens whose information −ln p is nearest to its expectation, until their probabilities reach this sum, above 0 and
    /// at most 1 (Meister et al. 2023, "Locally typical sampling"). Null keeps all.
    /// </summary>
    public double? TypicalP { get; init; }

    /// <summary>
    /// Divides the logits of tokens that have been read or written by this if they are above 0, else multiplies them, above 0; 1 has no
    /// effect (Keskar et al. 2019, "CTRL").
    /// </summary>
    public double RepetitionPenalty { get; init; } = 1.0;

    /// <summary>Subtracted from the logits of tokens that have been written, from −100 to 100; below 0 favours them.</summary>
    public double PresencePenalty { get; init; }

    /// <summary>
    /// Subtracted from the logit of a token as often as it has been written, from −100 to 100; below 0 favours it.
    /// </summary>
    public double FrequencyPenalty { get; init; }

    /// <summary>
    /// Added to the logits of these tokens, each by its text as a tokenizer writes it, from −100 to 100; before everything else.
    /// </summary>
    public IReadOnlyDictionary<string, double> LogitBias { get; init; } = FrozenDictionary<string, double>.Empty;

    /// <summary>A text ends before the first of these that it would contain, wherever tokens begin and end; none is empty.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>How many tokens a text has at least before the end-of-text token or one of <see cref="Stop"/> may end it.</summary>
    public int MinTokens { get; init; }

    /// <summary>How many tokens a text has at most, at least 1; null for as many as the program asks for.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>What happens to a text that becomes longer than the model's context; the targets of an encoder-decoder end there.</summary>
    public PastContext PastContext { get; init; }

    /// <summary>
    /// A set of texts, of which each text is one; null for any text. It is what a program asks for, so that no spec has it. It says by
    /// itself where a text ends, with the end-of-text token or without, so that there is nothing to <see cref="Stop"/> at.
    /// </summary>
    public TextConstraint? Constraint { get; init; }

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

        CheckShare(TopP, "Top-p", nameof(TopP));
        CheckShare(MinP, "Min-p", nameof(MinP));
        CheckShare(TypicalP, "Typical-p", nameof(TypicalP));
        if (!(RepetitionPenalty > 0 && double.IsFinite(RepetitionPenalty)))
        {
            throw new ArgumentException($"The repetition penalty must be above 0, not {RepetitionPenalty}.", nameof(RepetitionPenalty));
        }

        CheckPenalty(PresencePenalty, "presence", nameof(PresencePenalty));
        CheckPenalty(FrequencyPenalty, "frequency", nameof(FrequencyPenalty));
        CheckTexts();
    }

    private void CheckTexts()
    {
        foreach (var (token, bias) in LogitBias)
        {
            if (!(Math.Abs(bias) <= MaximumPenalty))
            {
                throw new ArgumentException(
                    $"The bias of '{token}' must be from −{MaximumPenalty} to {MaximumPenalty}, not {bias}.",
                    nameof(LogitBias)
                );
            }
        }

        if (Stop.Contains(""))
        {
            throw new ArgumentException("An empty text cannot end a text, because it is everywhere.", nameof(Stop));
        }

        if (Constraint is not null && Stop.Count > 0)
        {
            throw new ArgumentException(
                "A text that ends at one of some texts might be cut before its constraint is met; leave either out.",
                nameof(Stop)
            );
        }

        if (MinTokens < 0 || MaxTokens < 1 || MaxTokens < MinTokens)
        {
            throw new ArgumentException(
                $"A text has from {MinTokens} to {MaxTokens} tokens; the first must be 0 or more, the second 1 or more and no less.",
                nameof(MinTokens)
            );
        }
    }

    private static void CheckShare(double? share, string what, string name)
    {
        if (share is { } p && !(p > 0 && p <= 1))
        {
            throw new ArgumentException($"{what} must be above 0 and at most 1, not {p}.", name);
        }
    }

    private static void CheckPenalty(double penalty, string what, string name)
    {
        if (!(Math.Abs(penalty) <= MaximumPenalty))
        {
            throw new ArgumentException($"The {what} penalty must be from −{MaximumPenalty} to {MaximumPenalty}, not {penalty}.", name);
        }
    }
}
