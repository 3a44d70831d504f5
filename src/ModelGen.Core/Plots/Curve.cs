namespace ModelGen.Plots;

/// <summary>One line of a plot: values over a run's steps.</summary>
/// <param name="Name">The name in the legend.</param>
/// <param name="Points">The values in step order. The line is broken where a value is not finite, or not above zero on a
/// logarithmic axis.</param>
public sealed record Curve(string Name, IReadOnlyList<(long Step, double Value)> Points);
