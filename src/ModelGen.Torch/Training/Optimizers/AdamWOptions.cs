namespace ModelGen.Training.Optimizers;

/// <summary>The settings of <see cref="AdamW"/>; the defaults are PyTorch's.</summary>
public sealed record AdamWOptions : FusedAdamOptions
{
    /// <summary>
    /// The decoupled weight decay λ, 0 or more. It applies only to parameters with two or more dimensions: biases and norms do not decay.
    /// </summary>
    public double WeightDecay { get; init; } = 0.01;

    internal override Optimizer Create(IReadOnlyList<NamedParameter> parameters) => new AdamW(parameters, this);

    internal override void Check()
    {
        base.Check();
        CheckWeightDecay(WeightDecay);
    }
}
