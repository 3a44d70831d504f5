namespace ModelGen.Cli.Runs;

/// <summary>A measure of several runs.</summary>
/// <param name="Source">What it comes from: <c>metrics</c>, the last in training, or <c>evaluation</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Values">The value of each run; null where it has none.</param>
/// <param name="Better">The runs with the best value; none where it cannot be told.</param>
/// <param name="IsIncomparable">Whether it would have a better value, were the runs alike enough.</param>
internal sealed record Measure(string Source, string Name, IReadOnlyList<double?> Values, IReadOnlyList<int> Better, bool IsIncomparable);
