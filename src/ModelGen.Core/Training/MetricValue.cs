namespace ModelGen.Training;

/// <summary>A metric's value with its name, in lower case with underscores, such as <c>loss</c> or <c>reconstruction</c>.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">The value.</param>
public readonly record struct MetricValue(string Name, double Value);
