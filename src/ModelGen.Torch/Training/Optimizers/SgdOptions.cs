namespace ModelGen.Training.Optimizers;

/// <summary>The settings of <see cref="Sgd"/>; the defaults are PyTorch's.</summary>
public sealed record SgdOptions : OptimizerOptions
{
    /// <summary>The decay rate μ of the momentum, the running sum of gradients, in [0, 1); 0 keeps no sum.</summary>
    public double Momentum { get; init; }

    /// <summary>Whether to use Nesterov momentum (Nesterov 1983); it needs a <see cref="Momentum"/> above 0.</summary>
    public bool Nesterov { get; init; }

    /// <summary>
    /// The weight λ of the penalty ½ λ θ² whose gradient is added, 0 or more. It applies only to parameters with two or more dimensions:
    /// biases and norms do not decay.
    /// </summary>
    public double WeightDecay { get; init; }

    internal override Optimizer Create(IReadOnlyList<NamedParameter> parameters) => new Sgd(parameters, this);

    internal override void Check()
    {
        base.Check();
        CheckMomentum(Momentum);
        CheckWeightDecay(WeightDecay);
        if (Nesterov && Momentum == 0)
        {
            throw new ArgumentException("Nesterov momentum needs a momentum above 0; set one, or leave out 'nesterov'.", nameof(Nesterov));
        }
    }
}
