namespace ModelGen.Training.Optimizers;

/// <summary>
/// Adam (Kingma and Ba 2015, "Adam: a method for stochastic optimization", algorithm 1), without weight decay; <see cref="AdamW"/> decays.
/// </summary>
/// <remarks>
/// With gradient g, step t from 1 and learning rate η:
/// <code>
/// m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²
/// θ ← θ − η · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)
/// </code>
/// One call to libtorch's fused kernel does this for all parameters. Generative adversarial networks are commonly trained with β₁ = 0.5
/// (Radford et al. 2016) or 0.
/// </remarks>
public sealed class Adam : FusedAdam
{
    /// <summary>Creates the optimizer with empty state.</summary>
    /// <param name="parameters">The parameters, all on one device; those that do not require gradients are skipped.</param>
    /// <param name="options">The settings.</param>
    /// <exception cref="ArgumentException">No parameter requires a gradient, or a setting is out of range.</exception>
    public Adam(IReadOnlyList<NamedParameter> parameters, AdamOptions options)
        : base(parameters, options) { }

    private protected override void StepFused(double learningRate) => Step(All, learningRate, weightDecay: 0);
}
