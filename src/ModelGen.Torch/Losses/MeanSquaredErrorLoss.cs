using ModelGen.Native;
using static TorchSharp.torch;

namespace ModelGen.Losses;

/// <summary>The mean of (output − target)² over all values of a sample, like PyTorch's <c>MSELoss</c>.</summary>
public sealed record MeanSquaredErrorLoss : SupervisedLoss
{
    /// <inheritdoc/>
    public override Tensor PerSample(Tensor output, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(output);
        using var error = output - target;
        using var squares = error.Squared();
        return MeanOfSample(squares);
    }
}
