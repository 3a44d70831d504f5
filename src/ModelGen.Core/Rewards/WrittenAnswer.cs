namespace ModelGen.Rewards;

/// <summary>An answer to be scored, with its prompt.</summary>
/// <param name="Prompt">The text that was given; empty where there was none.</param>
/// <param name="Answer">The text that was written, without the token that ends it.</param>
public sealed record WrittenAnswer(string Prompt, string Answer)
{
    /// <summary>Whether it ended by itself, rather than at the most tokens that it may have.</summary>
    public bool IsFinished { get; init; } = true;
}
