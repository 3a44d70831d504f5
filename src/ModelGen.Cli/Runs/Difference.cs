namespace ModelGen.Cli.Runs;

/// <summary>A setting in which runs differ.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">The value of each run; null where it has none.</param>
internal sealed record Difference(string Name, IReadOnlyList<string?> Values);
