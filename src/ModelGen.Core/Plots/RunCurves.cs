namespace ModelGen.Plots;

/// <summary>One run in a plot of several, in one colour.</summary>
/// <param name="Name">The name in the legend.</param>
/// <param name="Training">The values in training, drawn as a thin line.</param>
/// <param name="Validation">The values in validation, drawn as a thick line.</param>
internal sealed record RunCurves(
    string Name,
    IReadOnlyList<(long Step, double Value)> Training,
    IReadOnlyList<(long Step, double Value)> Validation
);
