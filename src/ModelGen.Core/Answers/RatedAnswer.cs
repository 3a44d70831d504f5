namespace ModelGen.Answers;

/// <summary>An answer to a prompt and what it is worth.</summary>
/// <param name="Prompt">What is answered; empty where there is nothing to ask.</param>
/// <param name="Answer">The answer, not empty.</param>
/// <param name="Rating">Any number, the higher the better; of answers that are only good or bad, 1 or 0.</param>
public sealed record RatedAnswer(string Prompt, string Answer, double Rating);
