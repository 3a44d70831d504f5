namespace ModelGen.Cli.Ratings;

/// <summary>Two answers to compare.</summary>
/// <param name="Prompt">What is answered.</param>
/// <param name="First">The index of the run whose answer is shown first.</param>
/// <param name="Second">The index of the other.</param>
/// <param name="Seeds">The seeds of both; the next ones where they lead to equal answers.</param>
internal sealed record ScheduledPair(string Prompt, int First, int Second, IReadOnlyList<(ulong First, ulong Second)> Seeds);
