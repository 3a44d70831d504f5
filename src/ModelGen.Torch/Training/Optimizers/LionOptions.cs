namespace ModelGen.Training.Optimizers;

/// <summary>The settings of <see cref="Lion"/>; the defaults are the paper's.</summary>
public sealed record LionOptions : OptimizerOptions
{
    /// <summary>
    /// The weights of the running mean of the gradient in the step's direction (β₁) and in the mean's own update (β₂), in [0, 1).
    /// </summary>
    public (double First, double Second) Betas { get; init; } = (0.9, 0.99);

    /// <summary>
    /// The decoupled weight decay λ, 0 or more. It applies only to parameters with two or more dimensions: biases and norms do not decay.
    /// </summary>
    public double WeightDecay { get; init; }

    internal override Optimizer Create(IReadOnlyList<NamedParameter> parameters) => new Lion(parameters, this);

    internal override void Check()
    {
        base.Check();
        CheckBetas(Betas);
        CheckWeightDecay(WeightDecay);
    }
}
