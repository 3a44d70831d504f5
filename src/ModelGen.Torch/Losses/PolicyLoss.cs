using ModelGen.Native;
using static TorchSharp.torch;

namespace ModelGen.Losses;

/// <summary>The losses of policies for each token, from log-probabilities of one shape.</summary>
internal static class PolicyLoss
{
    /// <summary>
    /// −min(ρ A, clip(ρ, 1 − ε, 1 + ε) A) with ρ = π(token) / π_old(token) (Schulman et al. 2017, "Proximal policy optimization
    /// algorithms", equation 7).
    /// </summary>
    /// <param name="logProbabilities">log π, with a gradient.</param>
    /// <param name="old">log π_old.</param>
    /// <param name="advantages">A.</param>
    /// <param name="clip">ε.</param>
    /// <returns>The caller disposes it.</returns>
    public static Tensor Clipped(Tensor logProbabilities, Tensor old, Tensor advantages, double clip)
    {
        using var scope = NewDisposeScope();
        var ratio = logProbabilities.sub(old).exp();
        var clipped = ratio.Clamp(1 - clip, 1 + clip);
        return minimum(ratio.mul(advantages), clipped.mul(advantages)).neg().MoveToOuterDisposeScope();
    }

    /// <summary>1 where ρ is outside of [1 − ε, 1 + ε], 0 elsewhere.</summary>
    /// <param name="logProbabilities">log π.</param>
    /// <param name="old">log π_old.</param>
    /// <param name="clip">ε.</param>
    /// <returns>The caller disposes it.</returns>
    public static Tensor IsClipped(Tensor logProbabilities, Tensor old, double clip)
    {
        using var scope = NewDisposeScope();
        var distance = logProbabilities.detach().sub(old).exp().Minus(1.0).abs();
        return distance.Greater(clip).to(old.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// exp(d) − d − 1 with d = log π₀ − log π, an estimate of the divergence KL(π, π₀) from tokens that π has drawn, which is never
    /// negative (Schulman 2020, "Approximating KL divergence", its k₃; Shao et al. 2024, "DeepSeekMath", equation 4).
    /// </summary>
    /// <param name="logProbabilities">log π, with a gradient.</param>
    /// <param name="reference">log π₀.</param>
    /// <returns>The caller disposes it.</returns>
    public static Tensor Divergence(Tensor logProbabilities, Tensor reference)
    {
        using var scope = NewDisposeScope();
        var difference = reference.sub(logProbabilities);
        return difference.expm1().sub(difference).MoveToOuterDisposeScope();
    }

    /// <summary>½ max((V − R)², (clip(V, V_old − ε, V_old + ε) − R)²).</summary>
    /// <param name="values">V, with a gradient.</param>
    /// <param name="old">V_old.</param>
    /// <param name="returns">R.</param>
    /// <param name="clip">ε.</param>
    /// <returns>The caller disposes it.</returns>
    public static Tensor ClippedValues(Tensor values, Tensor old, Tensor returns, double clip)
    {
        using var scope = NewDisposeScope();
        var clipped = values.sub(old).Clamp(-clip, clip).Plus(old);
        return maximum(values.sub(returns).Squared(), clipped.sub(returns).Squared()).Times(0.5).MoveToOuterDisposeScope();
    }
}
