namespace ModelGen.Objectives;

/// <summary>How a model learns from another one.</summary>
public sealed record DistillationOptions : TokenLossOptions
{
    /// <summary>
    /// What the scores of both models are divided by, above 0: the higher, the more the teacher tells of unlikely tokens (Hinton et al.
    /// 2015, "Distilling the knowledge in a neural network", section 2).
    /// </summary>
    public double Temperature { get; init; } = 2;

    /// <summary>How much of the loss is the teacher's part, above 0 and at most 1; the rest is the cross-entropy of the text's own
    /// tokens.</summary>
    public double Weight { get; init; } = 0.9;
}
