namespace ModelGen.Native.Convolutions;

/// <summary>The implementation that computes convolutions on the CPU.</summary>
public enum ConvolutionKernel
{
    /// <summary>libtorch's own.</summary>
    Libtorch,

    /// <summary>
    /// ModelGen's own, by matrix multiplication: correct on every processor, but slower than libtorch's where those are correct.
    /// </summary>
    Unfolded,
}
