namespace ModelGen.Native.Convolutions;

/// <summary>
/// The lengths of a convolution over up to three axes, and its parts: the image [Batch, ImageChannels, …], the windows' results [Batch,
/// WindowChannels, …] and the weight [WindowChannels, ImageChannels / Groups, kernel…], as PyTorch lays them out for convolutions and
/// transposed convolutions alike.
/// </summary>
/// <param name="Batch">How many samples.</param>
/// <param name="ImageChannels">The image's channels.</param>
/// <param name="WindowChannels">The channels of what windows give.</param>
/// <param name="Groups">Into how many groups the channels of both are split.</param>
/// <param name="Depth">The first of three axes.</param>
/// <param name="Height">The last axis but one.</param>
/// <param name="Width">The last axis.</param>
internal readonly record struct ConvolutionShape(
    long Batch,
    long ImageChannels,
    long WindowChannels,
    long Groups,
    ConvolutionAxis Depth,
    ConvolutionAxis Height,
    ConvolutionAxis Width
)
{
    /// <summary>The image channels of one group.</summary>
    public long GroupImageChannels => ImageChannels / Groups;

    /// <summary>The window channels of one group.</summary>
    public long GroupWindowChannels => WindowChannels / Groups;

    /// <summary>The image's elements of one sample and channel.</summary>
    public long ImageSize => Depth.Image * Height.Image * Width.Image;

    /// <summary>The windows of one sample.</summary>
    public long WindowCount => Depth.Windows * Height.Windows * Width.Windows;

    /// <summary>The elements of the kernel of one channel.</summary>
    public long KernelSize => Depth.Kernel * Height.Kernel * Width.Kernel;

    /// <summary>What one window sees of its group's channels.</summary>
    public long WindowSize => GroupImageChannels * KernelSize;

    /// <summary>Whether a window sees one element and there is one for each element of the image.</summary>
    public bool IsPointwise => KernelSize == 1 && WindowCount == ImageSize && Depth.Padding + Height.Padding + Width.Padding == 0;

    /// <summary>The lengths of the image, with that many axes.</summary>
    public long[] ImageSizes(int rank) =>
        [Batch, ImageChannels, .. ((ReadOnlySpan<long>)[Depth.Image, Height.Image, Width.Image])[^(rank - 2)..]];

    /// <summary>The lengths of what windows give, with that many axes.</summary>
    public long[] WindowSizes(int rank) =>
        [Batch, WindowChannels, .. ((ReadOnlySpan<long>)[Depth.Windows, Height.Windows, Width.Windows])[^(rank - 2)..]];
}
