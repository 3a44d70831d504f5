using ModelGen.Rewards;

namespace ModelGen.Policies;

/// <summary>An answer that a model has written.</summary>
/// <param name="Prompt">The prompt's text; empty for none.</param>
/// <param name="PromptTokens">What the answer continues.</param>
/// <param name="Tokens">The answer's tokens, with the one that ends it if it is finished.</param>
/// <param name="Text">The answer's text.</param>
/// <param name="IsFinished">Whether it ended by itself, rather than at the most tokens that it may have.</param>
public sealed record Rollout(string Prompt, IReadOnlyList<int> PromptTokens, IReadOnlyList<int> Tokens, string Text, bool IsFinished)
{
    /// <summary>What a reward sees of it.</summary>
    public WrittenAnswer Answer => new(Prompt, Text) { IsFinished = IsFinished };
}
