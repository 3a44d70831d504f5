namespace ModelGen.Plots;

/// <summary>A plot that a run draws of its metrics.</summary>
/// <param name="Title">The label of the value axis, such as "nats per byte".</param>
/// <param name="Metrics">The names of the metrics, at least one.</param>
public sealed record CurveSettings(string Title, params IReadOnlyList<string> Metrics);
