namespace ModelGen.Answers;

/// <summary>Tokens, some of which are an answer.</summary>
/// <param name="Tokens">All tokens.</param>
/// <param name="IsAnswer">Whether each belongs to an answer, with the token that ends it.</param>
internal sealed record AnswerTokens(int[] Tokens, bool[] IsAnswer)
{
    /// <summary>The place of the last token of each step, if the answer is one in steps.</summary>
    public IReadOnlyList<int> StepEnds { get; init; } = [];

    /// <summary>A prompt and its answer.</summary>
    public static AnswerTokens Of(int[] prompt, int[] answer)
    {
        var isAnswer = new bool[prompt.Length + answer.Length];
        isAnswer.AsSpan(prompt.Length).Fill(true);
        return new AnswerTokens([.. prompt, .. answer], isAnswer);
    }

    /// <summary>The tokens before the first answer, with the last answer of another, cut where they get too long.</summary>
    public AnswerTokens WithAnswerOf(AnswerTokens other, int longest)
    {
        var prompt = Tokens[..Array.IndexOf(IsAnswer, true)];
        var answer = other.Tokens[(Array.LastIndexOf(other.IsAnswer, false) + 1)..];
        return Of(prompt, answer[..Math.Min(answer.Length, longest - prompt.Length)]);
    }

    /// <summary>How many tokens belong to an answer.</summary>
    public int AnswerLength => IsAnswer.Count(static each => each);
}
