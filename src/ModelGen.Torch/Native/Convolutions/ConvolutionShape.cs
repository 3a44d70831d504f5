namespace ModelGen.Native.Convolutions;

/// <summary>
/// The sizes of a convolution over up to three axes, and its tensors: the image [Batch, ImageChannels, …], the windows [Batch,
/// WindowChannels, …] and the weight [WindowChannels, ImageChannels / Groups, kernel…], as PyTorch lays them out for convolutions and
/// transposed convolutions alike.
/// </summary>
/// <param name="Batch">The number of samples.</param>
/// <param name="ImageChannels">The number of image channels.</param>
/// <param name="WindowChannels">The number of window channels.</param>
/// <param name="Groups">The number of groups into which the channels of both are split.</param>
/// <param name="Depth">The first of three axes.</param>
/// <param name="Height">The second to last axis.</param>
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
    /// <summary>The number of image channels in a group.</summary>
    public long GroupImageChannels => ImageChannels / Groups;

    /// <summary>The number of window channels in a group.</summary>
    public long GroupWindowChannels => WindowChannels / Groups;

    /// <summary>The number of image elements per sample and channel.</summary>
    public long ImageSize => Depth.Image * Height.Image * Width.Image;

    /// <summary>The number of windows per sample.</summary>
    public long WindowCount => Depth.Windows * Height.Windows * Width.Windows;

    /// <summary>The number of kernel elements per channel.</summary>
    public long KernelSize => Depth.Kernel * Height.Kernel * Width.Kernel;

    /// <summary>The number of image elements that a window covers in its group's channels.</summary>
    public long WindowSize => GroupImageChannels * KernelSize;

    /// <summary>Whether each window covers one element, and there is one window per image element.</summary>
    public bool IsPointwise => KernelSize == 1 && WindowCount == ImageSize && Depth.Padding + Height.Padding + Width.Padding == 0;

    /// <summary>The sizes of the image tensor of the given rank.</summary>
    public long[] ImageSizes(int rank) =>
        [Batch, ImageChannels, .. ((ReadOnlySpan<long>)[Depth.Image, Height.Image, Width.Image])[^(rank - 2)..]];

    /// <summary>The sizes of the windows' tensor of the given rank.</summary>
    public long[] WindowSizes(int rank) =>
        [Batch, WindowChannels, .. ((ReadOnlySpan<long>)[Depth.Windows, Height.Windows, Width.Windows])[^(rank - 2)..]];
}
