using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>Batch normalisation of features or sequences, [batch, C] or [batch, C, L].</summary>
public sealed class BatchNorm1d : BatchNorm
{
    /// <summary>Creates the module with weights of 1 and biases of 0.</summary>
    /// <param name="channels">C, the length of the second axis.</param>
    /// <param name="eps">The number added to the variance.</param>
    /// <param name="momentum">The weight of a new batch in the running statistics.</param>
    /// <param name="device">The device of the state; the CPU if null.</param>
    public BatchNorm1d(long channels, double eps = 1e-5, double momentum = 0.1, Device? device = null)
        : base(nameof(BatchNorm1d), smallestRank: 2, largestRank: 3, channels, eps, momentum, device) { }
}
