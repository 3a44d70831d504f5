namespace ModelGen.Sampling;

/// <summary>A text that a search has found.</summary>
/// <param name="Text">The text.</param>
/// <param name="LogProbability">The natural logarithm of its probability, with that of its end where it has one.</param>
/// <param name="Score">What it was ranked by; see <see cref="BeamSearchOptions.LengthPenalty"/>.</param>
public sealed record FoundText(string Text, double LogProbability, double Score);
