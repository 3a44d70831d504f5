using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Losses;

/// <summary>
/// The mean of −y log σ(x) − (1 − y) log(1 − σ(x)) over all values of a sample, with scores (logits) x and targets y from 0 to 1, like
/// PyTorch's <c>BCEWithLogitsLoss</c>; several values are independent binary labels.
/// </summary>
/// <remarks>
/// The metric <c>accuracy</c> is the fraction of values whose score is above 0 if and only if the target is above one half.
/// </remarks>
public sealed record BinaryCrossEntropyLoss : SupervisedLoss
{
    /// <inheritdoc/>
    public override Tensor PerSample(Tensor output, Tensor target)
    {
        using var losses = nn.functional.binary_cross_entropy_with_logits(output, target, reduction: nn.Reduction.None);
        return MeanOfSample(losses);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, Tensor PerSample)> Figures(Tensor output, Tensor target)
    {
        using var said = output.Greater(0);
        using var asked = target.Greater(0.5);
        using var isRight = said == asked;
        using var ones = isRight.to(ScalarType.Float32);
        return [("accuracy", MeanOfSample(ones))];
    }
}
