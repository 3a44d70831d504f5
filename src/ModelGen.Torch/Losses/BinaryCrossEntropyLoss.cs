using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Losses;

/// <summary>
/// The mean of −y log σ(x) − (1 − y) log(1 − σ(x)) over all numbers of a sample, with scores (logits) x and targets y from 0 to 1, as
/// PyTorch's <c>BCEWithLogitsLoss</c>; several numbers are several questions, each with its own yes or no.
/// </summary>
/// <remarks>
/// Beside it <c>accuracy</c>: the share of the numbers whose score is above 0 where the target is above one half, and not where it is not.
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
