namespace ModelGen.Data;

/// <summary>
/// Images of one size in memory, with their classes where they have any, and what could not be read. No torch is needed for it.
/// </summary>
public sealed class ImageCollection : SampleCollection
{
    private readonly byte[] _pixels;

    /// <summary>Takes images that the program already holds.</summary>
    /// <param name="pixels">Count × channels × height × width bytes, the last running fastest; 0 is black, 255 full brightness. Not
    /// copied.</param>
    /// <param name="channels">Channels of an image, at least 1.</param>
    /// <param name="height">Rows of an image, at least 1.</param>
    /// <param name="width">Columns of an image, at least 1.</param>
    /// <param name="labels">The class of each image, from 0; null where images have none. Not copied.</param>
    /// <param name="classes">The names of the classes, in the order of their labels; null where they have none.</param>
    /// <param name="problems">What could not be read; null for nothing.</param>
    /// <exception cref="ArgumentException">The bytes make no whole number of images or none, labels are not one per image or lie
    /// outside the classes, or there are names without labels.</exception>
    public ImageCollection(
        byte[] pixels,
        int channels,
        int height,
        int width,
        int[]? labels = null,
        IReadOnlyList<string>? classes = null,
        IReadOnlyList<ImageProblem>? problems = null
    )
        : base(CountOf(pixels, channels, height, width), [channels, height, width], "images", labels, classes)
    {
        (_pixels, Channels, Height, Width, Problems) = (pixels, channels, height, width, problems ?? []);
    }

    /// <summary>Channels of an image: 1 for grey, 3 for red, green and blue.</summary>
    public int Channels { get; }

    /// <summary>Rows of an image.</summary>
    public int Height { get; }

    /// <summary>Columns of an image.</summary>
    public int Width { get; }

    /// <summary>All images: [count, channels, height, width], the last running fastest; 0 is black, 255 full brightness.</summary>
    public ReadOnlyMemory<byte> Pixels => _pixels;

    /// <summary>Every file that could not be used, and why, in the order of their paths.</summary>
    public IReadOnlyList<ImageProblem> Problems { get; }

    /// <summary>The bytes of one image: [channels, height, width].</summary>
    /// <param name="index">Its number, from 0.</param>
    /// <returns>The bytes.</returns>
    public ReadOnlySpan<byte> Image(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var size = _pixels.Length / Count;
        return _pixels.AsSpan(index * size, size);
    }

    internal override (float Low, float High) Range => (0, 1);

    internal override ReadOnlySpan<byte> Bytes(int index) => Image(index);

    private static int CountOf(byte[] pixels, int channels, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        var size = (long)channels * height * width;
        return pixels.Length > 0 && pixels.Length % size == 0
            ? (int)(pixels.Length / size)
            : throw new ArgumentException(
                $"{pixels.Length} bytes do not make a whole number, from 1, of images of {channels} × {height} × {width} bytes.",
                nameof(pixels)
            );
    }
}
