namespace ModelGen.Answers;

/// <summary>What someone said of two answers to a prompt.</summary>
/// <param name="Prompt">What is answered; empty where there is nothing to ask.</param>
/// <param name="Better">The answer that is better; the one that was shown first, where both are equally good.</param>
/// <param name="Worse">The other one.</param>
/// <param name="IsTie">Whether both are equally good.</param>
/// <param name="Rater">Who said so.</param>
/// <param name="Time">When, in UTC.</param>
internal sealed record Judgement(string Prompt, JudgedAnswer Better, JudgedAnswer Worse, bool IsTie, string Rater, DateTime Time)
{
    /// <summary>The most tokens that an answer may have had; 0 if it is not known.</summary>
    public int MostTokens { get; init; }

    /// <summary>What was compared, whichever answer is better and whoever says so.</summary>
    public JudgedPair Pair => JudgedPair.Of(Prompt, MostTokens, (Better.Run.Weights, Better.Seed), (Worse.Run.Weights, Worse.Seed));
}
