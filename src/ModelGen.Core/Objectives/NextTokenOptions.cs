namespace ModelGen.Objectives;

/// <summary>Which tokens count, and how their prediction is scored.</summary>
public sealed record NextTokenOptions : TokenLossOptions
{
    /// <summary>
    /// Whether only answers count: the tokens after one whose role is <see cref="Tokenization.SpecialTokenRole.Answer"/>, up to the next
    /// whose role is <see cref="Tokenization.SpecialTokenRole.End"/> and with it.
    /// </summary>
    public bool AnswersOnly { get; init; }
}
