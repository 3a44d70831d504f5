namespace ModelGen.Objectives;

/// <summary>How a classifier learns from another one.</summary>
public sealed record ClassDistillationOptions
{
    /// <summary>
    /// What the scores of both are divided by, above 0: the higher, the more the teacher tells of unlikely classes (Hinton et al. 2015,
    /// "Distilling the knowledge in a neural network", section 2).
    /// </summary>
    public double Temperature { get; init; } = 2;

    /// <summary>How much of the loss is the teacher's part, above 0 and at most 1; the rest is the cross-entropy of the labels.</summary>
    public double Weight { get; init; } = 0.9;

    /// <summary>The share of a label that is spread evenly over all classes, at least 0 and below 1.</summary>
    public double LabelSmoothing { get; init; }
}
