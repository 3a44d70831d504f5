namespace ModelGen.Native.Convolutions;

/// <summary>
/// One axis of a convolution: windows of the kernel's length slide over an image. A transposed convolution is the same with the two sides
/// swapped: it computes the image from the windows.
/// </summary>
/// <param name="Image">The image's length.</param>
/// <param name="Windows">The number of windows, for a convolution (Image + 2 Padding − Dilation (Kernel − 1) − 1) / Stride + 1, rounded
/// down.</param>
/// <param name="Kernel">The number of elements in a window.</param>
/// <param name="Stride">The distance from one window to the next.</param>
/// <param name="Padding">The number of zeros before the image.</param>
/// <param name="Dilation">The distance from one element of a window to the next.</param>
internal readonly record struct ConvolutionAxis(long Image, long Windows, long Kernel, long Stride, long Padding, long Dilation)
{
    /// <summary>A missing axis.</summary>
    public static ConvolutionAxis None { get; } = new(1, 1, 1, 1, 0, 1);

    /// <summary>The distance from a window's first element to one past its last.</summary>
    public long Reach => ((Kernel - 1) * Dilation) + 1;

    /// <summary>The number of remainders modulo Stride that positions of window elements take.</summary>
    public long Phases => Math.Min(Stride, Reach);

    /// <summary>The number of positions of one remainder that adjacent windows cover.</summary>
    public long PhaseLength(long windows) => windows + ((Reach - 1) / Stride);

    /// <summary>Whether every window lies within the padded image.</summary>
    public bool Fits =>
        Image >= 1
        && Windows >= 1
        && Kernel >= 1
        && Stride >= 1
        && Padding >= 0
        && Dilation >= 1
        && Image + (2 * Padding) >= Reach + ((Windows - 1) * Stride);
}
