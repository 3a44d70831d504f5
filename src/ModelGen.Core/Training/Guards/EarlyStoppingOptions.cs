namespace ModelGen.Training.Guards;

/// <summary>
/// When to end a run that has stopped improving (Prechelt 1998, "Early stopping, but when?"). The model then gets the best weights, which
/// are kept in <c>best.safetensors</c> next to the checkpoints.
/// </summary>
public sealed record EarlyStoppingOptions
{
    /// <summary>How many validations in a row may bring no improvement, at least 1.</summary>
    public required int Patience { get; init; }

    /// <summary>How far below the best value the metric must fall to count as an improvement, 0 or more.</summary>
    public double Margin { get; init; }

    /// <summary>
    /// The metric to watch, lower is better: <c>loss</c>, or another by its name in <see cref="ValidationReport.Metrics"/>.
    /// </summary>
    public string Metric { get; init; } = "loss";

    internal void Check()
    {
        if (Patience < 1)
        {
            throw new ArgumentException($"The patience of early stopping must be at least 1 validation, not {Patience}.", nameof(Patience));
        }

        if (!(Margin >= 0 && double.IsFinite(Margin)))
        {
            throw new ArgumentException($"The margin of early stopping must be 0 or more, not {Margin}.", nameof(Margin));
        }
    }
}
