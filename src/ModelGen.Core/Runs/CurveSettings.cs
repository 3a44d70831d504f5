namespace ModelGen.Runs;

/// <summary>An image of curves that a run draws of its metrics.</summary>
/// <param name="Title">What its axis shows, such as "nats per byte".</param>
/// <param name="Metrics">The names of the metrics, at least one.</param>
public sealed record CurveSettings(string Title, params IReadOnlyList<string> Metrics);
