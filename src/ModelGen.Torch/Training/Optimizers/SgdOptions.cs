namespace ModelGen.Training.Optimizers;

/// <summary>The settings of <see cref="Sgd"/>; the defaults are PyTorch's.</summary>
public sealed record SgdOptions : OptimizerOptions
{
    /// <summary>The share μ of the running sum of gradients that each step keeps, from 0 up to but without 1; 0 keeps no sum.</summary>
    public double Momentum { get; init; }

    /// <summary>Whether the step looks ahead (Nesterov 1983); it takes a <see cref="Momentum"/> above 0.</summary>
    public bool Nesterov { get; init; }

    /// <summary>
    /// The weight λ of the penalty ½ λ θ² that the gradient contains, 0 or more. It applies to parameters with two or more dimensions only:
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
            throw new ArgumentException(
                "Nesterov's momentum takes a momentum above 0; give one, or leave 'nesterov' out.",
                nameof(Nesterov)
            );
        }
    }
}
