using ModelGen.Losses;
using ModelGen.Native;
using static TorchSharp.torch;

namespace ModelGen.Policies;

/// <summary>The answers that a loss is computed on, with what the trained policy says of them: n answers of up to T tokens.</summary>
/// <param name="LogProbabilities">log π, [n, T], with a gradient.</param>
/// <param name="Old">log π when they were drawn, [n, T].</param>
/// <param name="Reference">log π₀, [n, T].</param>
/// <param name="Mask">1 for the tokens of answers, [n, T].</param>
/// <param name="Advantages">[n, T] or [n, 1].</param>
internal sealed record PolicyPart(Tensor LogProbabilities, Tensor Old, Tensor Reference, Tensor Mask, Tensor Advantages)
{
    /// <summary>The values of the policy, [n, T], with a gradient.</summary>
    public Tensor? Values { get; init; }

    /// <summary>The values when they were drawn, [n, T].</summary>
    public Tensor? OldValues { get; init; }

    /// <summary>What values are trained towards, [n, T].</summary>
    public Tensor? Returns { get; init; }

    /// <summary>The weight of the divergence when they were judged.</summary>
    public double KlWeight { get; init; }

    /// <summary>How many tokens the answers have.</summary>
    public required double Tokens { get; init; }

    /// <summary>How many tokens the answers of the whole update have.</summary>
    public required double UpdateTokens { get; init; }

    /// <summary>The part's share of the update's answers.</summary>
    public required double ShareOfAnswers { get; init; }

    /// <summary>The share of tokens whose ratio is outside of 1 ± ε, as the part's contribution to that of the update.</summary>
    /// <param name="clip">ε.</param>
    /// <returns>A scalar; the caller disposes it.</returns>
    public Tensor ClipShare(double clip)
    {
        using var isClipped = PolicyLoss.IsClipped(LogProbabilities, Old, clip);
        using var counted = isClipped.mul(Mask);
        using var sum = counted.sum();
        return sum.DividedBy(UpdateTokens * ShareOfAnswers);
    }
}
