using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>Batch normalisation of volumes, [batch, C, D, H, W].</summary>
public sealed class BatchNorm3d : BatchNorm
{
    /// <summary>Makes the module, with scales of 1 and offsets of 0.</summary>
    /// <param name="channels">The length C of the second axis.</param>
    /// <param name="eps">What is added to the variance.</param>
    /// <param name="momentum">The weight of a new batch in the running figures.</param>
    /// <param name="device">Where the state is; the CPU where null.</param>
    public BatchNorm3d(long channels, double eps = 1e-5, double momentum = 0.1, Device? device = null)
        : base(nameof(BatchNorm3d), smallestRank: 5, largestRank: 5, channels, eps, momentum, device) { }
}
