using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>Batch normalisation of volumes, [batch, C, D, H, W].</summary>
public sealed class BatchNorm3d : BatchNorm
{
    /// <summary>Creates the module with weights of 1 and biases of 0.</summary>
    /// <param name="channels">C, the length of the second axis.</param>
    /// <param name="eps">The number added to the variance.</param>
    /// <param name="momentum">The weight of a new batch in the running statistics.</param>
    /// <param name="device">The device of the state; the CPU if null.</param>
    public BatchNorm3d(long channels, double eps = 1e-5, double momentum = 0.1, Device? device = null)
        : base(nameof(BatchNorm3d), smallestRank: 5, largestRank: 5, channels, eps, momentum, device) { }
}
