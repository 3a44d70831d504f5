namespace ModelGen.Training.Guards;

/// <summary>
/// When a run ends because it has stopped getting better (Prechelt 1998, "Early stopping, but when?"): its best weights are then the
/// model's. They are kept in <c>best.safetensors</c> beside the checkpoints.
/// </summary>
public sealed record EarlyStoppingOptions
{
    /// <summary>How many validations in a row may pass without an improvement, at least 1.</summary>
    public required int Patience { get; init; }

    /// <summary>By how much a metric must be smaller than the best one to be better, 0 or more.</summary>
    public double Margin { get; init; }

    /// <summary>
    /// The metric, smaller being better: <c>loss</c>, or another by its name in <see cref="ValidationReport.Metrics"/>.
    /// </summary>
    public string Metric { get; init; } = "loss";

    internal void Check()
    {
        if (Patience < 1)
        {
            throw new ArgumentException($"The patience of early stopping is at least 1 validation, not {Patience}.", nameof(Patience));
        }

        if (!(Margin >= 0 && double.IsFinite(Margin)))
        {
            throw new ArgumentException($"The margin of early stopping is 0 or more, not {Margin}.", nameof(Margin));
        }
    }
}
