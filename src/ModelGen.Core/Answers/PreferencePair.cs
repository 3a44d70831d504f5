namespace ModelGen.Answers;

/// <summary>Two answers to a prompt, one of which is preferred.</summary>
/// <param name="Prompt">What is answered; empty where there is nothing to ask.</param>
/// <param name="Chosen">The answer that is preferred, not empty.</param>
/// <param name="Rejected">The other answer, not empty and not the same.</param>
public sealed record PreferencePair(string Prompt, string Chosen, string Rejected)
{
    /// <summary>By how much the first is better, in units of a reward, at least 0; null where nobody has said so.</summary>
    public double? Margin { get; init; }
}
