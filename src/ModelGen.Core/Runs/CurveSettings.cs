namespace ModelGen.Runs;

/// <summary>A picture of curves that a run draws of its metrics.</summary>
/// <param name="Title">What its axis shows, such as "nats per byte".</param>
/// <param name="Measures">The names of the measures, at least one.</param>
public sealed record CurveSettings(string Title, params IReadOnlyList<string> Measures);
