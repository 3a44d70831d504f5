namespace ModelGen.Training.Optimizers;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019, "Decoupled weight decay regularization", algorithm 2), applied to matrices
/// only: parameters with fewer than two dimensions (biases, norms) do not decay.
/// </summary>
/// <remarks>
/// With gradient g, step t from 1, learning rate η and decay λ:
/// <code>
/// θ ← θ − η λ θ                                  where θ has two dimensions or more
/// m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²
/// θ ← θ − η · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)
/// </code>
/// One call to libtorch's fused kernel does this for all parameters with the same decay.
/// </remarks>
public sealed class AdamW : FusedAdam
{
    private readonly double _weightDecay;
    private readonly Moments[] _decayed;
    private readonly Moments[] _undecayed;

    /// <summary>Creates the optimizer with empty state.</summary>
    /// <param name="parameters">The parameters, all on one device; those that do not require gradients are skipped.</param>
    /// <param name="options">The settings.</param>
    /// <exception cref="ArgumentException">No parameter requires a gradient, or a setting is out of range.</exception>
    public AdamW(IReadOnlyList<NamedParameter> parameters, AdamWOptions options)
        : base(parameters, options)
    {
        _weightDecay = options.WeightDecay;
        _decayed = [.. All.Where(static moments => moments.Decays)];
        _undecayed = [.. All.Where(static moments => !moments.Decays)];
    }

    private protected override void StepFused(double learningRate)
    {
        Step(_decayed, learningRate, _weightDecay);
        Step(_undecayed, learningRate, 0);
    }
}
