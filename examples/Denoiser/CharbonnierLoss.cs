using ModelGen.Losses;
using ModelGen.Native;
using static TorchSharp.torch;

namespace ModelGen.Examples.Denoiser;

/// <summary>The mean of √((x − y)² + ε²), which is near |x − y| and smooth at 0 (Charbonnier et al. 1994).</summary>
/// <param name="Epsilon">ε, above 0.</param>
public sealed record CharbonnierLoss(double Epsilon) : SupervisedLoss
{
    /// <inheritdoc/>
    public override Tensor PerSample(Tensor output, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(output);
        using var scope = NewDisposeScope();
        return (output - target).Squared().Plus(Epsilon * Epsilon).sqrt().mean([1, 2]).MoveToOuterDisposeScope();
    }
}
