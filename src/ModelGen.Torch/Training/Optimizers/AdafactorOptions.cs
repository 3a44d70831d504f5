namespace ModelGen.Training.Optimizers;

/// <summary>The settings of <see cref="Adafactor"/>; the defaults are PyTorch's.</summary>
public sealed record AdafactorOptions : OptimizerOptions
{
    /// <summary>The exponent c, below 0: the newest square has the share tᶜ in its running mean at step t.</summary>
    public double Beta2Decay { get; init; } = -0.8;

    /// <summary>The smallest size ε₂ that a parameter is taken to have, above 0, so that one that starts at zero can move.</summary>
    public double Epsilon { get; init; } = 1e-3;

    /// <summary>The largest root mean square d of an update, before the learning rate, above 0.</summary>
    public double ClipThreshold { get; init; } = 1;

    /// <summary>
    /// The decoupled weight decay λ, 0 or more. It applies only to parameters with two or more dimensions: biases and norms do not decay.
    /// </summary>
    public double WeightDecay { get; init; }

    internal override Optimizer Create(IReadOnlyList<NamedParameter> parameters) => new Adafactor(parameters, this);

    internal override void Check()
    {
        base.Check();
        if (!(Beta2Decay < 0 && double.IsFinite(Beta2Decay)))
        {
            throw new ArgumentException($"Adafactor's decay of beta2 must be an exponent below 0, not {Beta2Decay}.", nameof(Beta2Decay));
        }

        if (!(Epsilon > 0 && double.IsFinite(Epsilon)))
        {
            throw new ArgumentException($"Adafactor's epsilon must be above 0, not {Epsilon}.", nameof(Epsilon));
        }

        if (!(ClipThreshold > 0 && double.IsFinite(ClipThreshold)))
        {
            throw new ArgumentException($"Adafactor's clipping threshold must be above 0, not {ClipThreshold}.", nameof(ClipThreshold));
        }

        CheckWeightDecay(WeightDecay);
    }
}
