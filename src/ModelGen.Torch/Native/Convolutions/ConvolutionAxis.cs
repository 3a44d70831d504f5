namespace ModelGen.Native.Convolutions;

/// <summary>
/// One axis of a convolution: windows of a kernel's length slide over an image of channels. A transposed convolution is the same with both
/// sides' parts exchanged: it makes the image from the windows.
/// </summary>
/// <param name="Image">The image's length.</param>
/// <param name="Windows">How many windows there are, of a convolution (Image + 2 Padding − Dilation (Kernel − 1) − 1) / Stride + 1, rounded
/// down.</param>
/// <param name="Kernel">How many elements a window has.</param>
/// <param name="Stride">From one window to the next.</param>
/// <param name="Padding">How many zeros come before the image.</param>
/// <param name="Dilation">From one element of a window to the next.</param>
internal readonly record struct ConvolutionAxis(long Image, long Windows, long Kernel, long Stride, long Padding, long Dilation)
{
    /// <summary>An axis that is not there.</summary>
    public static ConvolutionAxis None { get; } = new(1, 1, 1, 1, 0, 1);

    /// <summary>From a window's first element to the one behind its last.</summary>
    public long Reach => ((Kernel - 1) * Dilation) + 1;

    /// <summary>How many of the Stride remainders that an element's position can have windows ask for.</summary>
    public long Phases => Math.Min(Stride, Reach);

    /// <summary>How many positions of one remainder a number of windows next to each other look at.</summary>
    public long PhaseLength(long windows) => windows + ((Reach - 1) / Stride);

    /// <summary>Whether every window lies in the image and the zeros around it.</summary>
    public bool Fits =>
        Image >= 1
        && Windows >= 1
        && Kernel >= 1
        && Stride >= 1
        && Padding >= 0
        && Dilation >= 1
        && Image + (2 * Padding) >= Reach + ((Windows - 1) * Stride);
}
