using ModelGen.Native;
using static TorchSharp.torch;

namespace ModelGen.Losses;

/// <summary>
/// Simple preference optimisation (Meng et al. 2024, equation 6), without a reference: −log σ(β/|y_w| log π(y_w|x) − β/|y_l| log π(y_l|x) −
/// γ).
/// </summary>
public sealed record SimpoLoss : PreferenceLoss
{
    /// <summary>β, above 0.</summary>
    public double Beta { get; init; } = 2;

    /// <summary>γ, at least 0: by how much the preferred answer should be better.</summary>
    public double Gamma { get; init; } = 1;

    /// <inheritdoc/>
    public override bool NeedsReference => false;

    /// <inheritdoc/>
    public override Tensor PerPair(AnswerScores pairs)
    {
        using var margin = Margin(pairs);
        using var beyond = margin.Minus(Gamma);
        return NegativeLogSigmoid(beyond);
    }

    /// <inheritdoc/>
    public override (Tensor Chosen, Tensor Rejected) Rewards(AnswerScores pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return MeanLogProbabilities(pairs, Beta);
    }

    internal override void Check()
    {
        CheckPositive(Beta, nameof(Beta));
        if (!(Gamma >= 0 && double.IsFinite(Gamma)))
        {
            throw new ArgumentException($"{nameof(Gamma)} must be at least 0 and finite, not {Gamma}.", nameof(Gamma));
        }
    }
}
