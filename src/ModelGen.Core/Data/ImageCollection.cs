namespace ModelGen.Data;

/// <summary>Images of one size in memory, with their classes, if any, and the files that could not be read. Needs no libtorch.</summary>
public sealed class ImageCollection : SampleCollection
{
    private readonly byte[] _pixels;

    /// <summary>Wraps images that are already in memory.</summary>
    /// <param name="pixels">Count × channels × height × width bytes, row-major; 0 is black, 255 full brightness. Not copied.</param>
    /// <param name="channels">Channels per image, at least 1.</param>
    /// <param name="height">Rows per image, at least 1.</param>
    /// <param name="width">Columns per image, at least 1.</param>
    /// <param name="labels">The class of each image, from 0; null if there are none. Not copied.</param>
    /// <param name="classes">The names of the classes in label order; null if they have none.</param>
    /// <param name="problems">The files that could not be read; null for none.</param>
    /// <exception cref="ArgumentException">The bytes do not make up one or more whole images, labels are not one per image or lie outside
    /// the classes, or there are class names without labels.</exception>
    public ImageCollection(
        byte[] pixels,
        int channels,
        int height,
        int width,
        int[]? labels = null,
        IReadOnlyList<string>? classes = null,
        IReadOnlyList<FileProblem>? problems = null
    )
        : base(CountOf(pixels, channels, height, width), [channels, height, width], "images", labels, classes)
    {
        (_pixels, Channels, Height, Width, Problems) = (pixels, channels, height, width, problems ?? []);
    }

    /// <summary>Channels per image: 1 for greyscale, 3 for RGB.</summary>
    public int Channels { get; }

    /// <summary>Rows per image.</summary>
    public int Height { get; }

    /// <summary>Columns per image.</summary>
    public int Width { get; }

    /// <summary>All images: [count, channels, height, width], row-major; 0 is black, 255 full brightness.</summary>
    public ReadOnlyMemory<byte> Pixels => _pixels;

    /// <inheritdoc/>
    public override IReadOnlyList<FileProblem> Problems { get; }

    /// <summary>The bytes of one image: [channels, height, width].</summary>
    /// <param name="index">Its index, from 0.</param>
    /// <returns>The bytes.</returns>
    public ReadOnlySpan<byte> Image(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var size = _pixels.Length / Count;
        return _pixels.AsSpan(index * size, size);
    }

    /// <summary>The file of each image; null if they are from none.</summary>
    internal IReadOnlyList<string>? Files { get; init; }

    internal override string? Place(int index) => Files?[index];

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
                $"{pixels.Length} bytes do not make up one or more whole images of {channels} × {height} × {width} bytes.",
                nameof(pixels)
            );
    }
}
