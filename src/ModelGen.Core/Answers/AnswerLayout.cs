using ModelGen.Chat;

namespace ModelGen.Answers;

/// <summary>How examples of answers become texts, and samples of them.</summary>
public sealed record AnswerLayout
{
    /// <summary>The texts around the prompt of a <see cref="PromptedAnswer"/>; null for none.</summary>
    public AnswerTemplate? Template { get; init; }

    /// <summary>How a <see cref="Conversation"/> is written; null where there is none.</summary>
    public ChatTemplate? Chat { get; init; }

    /// <summary>
    /// Whether several examples make a sample, as many as the context holds, so that batches need little padding. The model should keep
    /// them apart, as with <c>documents: apart</c>.
    /// </summary>
    public bool IsPacked { get; init; }
}
