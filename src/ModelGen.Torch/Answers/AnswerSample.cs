namespace ModelGen.Answers;

/// <summary>What is learned from at once: an answer, or two of which one is preferred.</summary>
/// <param name="Prompt">The text before the answers, as a model reads it.</param>
/// <param name="Sequences">The prompt with each answer; the preferred one first.</param>
/// <param name="Number">What the answer is worth, or by how much the first is better than the second; 0 where there is no such
/// number.</param>
internal sealed record AnswerSample(string Prompt, IReadOnlyList<AnswerTokens> Sequences, double Number)
{
    /// <summary>The rating of each step of the answer, from 0 to 1; none where the steps are not rated.</summary>
    public IReadOnlyList<double> StepRatings { get; init; } = [];

    /// <summary>The length of the longest sequence.</summary>
    public int Length => Sequences.Max(static sequence => sequence.Tokens.Length);
}
