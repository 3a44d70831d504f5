using static TorchSharp.torch;

namespace ModelGen.Losses;

/// <summary>The mean of |output − target| over all values of a sample, like PyTorch's <c>L1Loss</c>.</summary>
public sealed record MeanAbsoluteErrorLoss : SupervisedLoss
{
    /// <inheritdoc/>
    public override Tensor PerSample(Tensor output, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(output);
        using var error = output - target;
        using var distances = error.abs();
        return MeanOfSample(distances);
    }
}
