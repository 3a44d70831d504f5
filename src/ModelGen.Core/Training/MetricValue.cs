namespace ModelGen.Training;

/// <summary>A number with its name in metrics: lower case with underscores, such as <c>loss</c> or <c>reconstruction</c>.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">The number.</param>
public readonly record struct MetricValue(string Name, double Value);
