namespace ModelGen.Native.Convolutions;

/// <summary>Who computes convolutions on the CPU.</summary>
public enum ConvolutionKernel
{
    /// <summary>libtorch, as it does without ModelGen.</summary>
    Libtorch,

    /// <summary>
    /// ModelGen, as products of matrices: right on every processor, and slower than libtorch's own where those are right.
    /// </summary>
    Unfolded,
}
