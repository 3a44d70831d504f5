namespace ModelGen.Data;

/// <summary>Pictures of one size in memory, with their classes where they have any, and what could not be read. No torch is needed for it.</summary>
public sealed class ImageCollection
{
    private readonly byte[] _pixels;
    private readonly int[]? _labels;

    /// <summary>Takes pictures that the program already holds.</summary>
    /// <param name="pixels">Count × channels × height × width bytes, the last running fastest; 0 is black, 255 full brightness. Not copied.</param>
    /// <param name="channels">Channels of a picture, at least 1.</param>
    /// <param name="height">Rows of a picture, at least 1.</param>
    /// <param name="width">Columns of a picture, at least 1.</param>
    /// <param name="labels">The class of each picture, from 0; null where pictures have none. Not copied.</param>
    /// <param name="classes">The names of the classes, in the order of their labels; null where they have none.</param>
    /// <param name="problems">What could not be read; null for nothing.</param>
    /// <exception cref="ArgumentException">The bytes make no whole number of pictures or none, labels are not one per picture or lie outside the classes, or there are names without labels.</exception>
    public ImageCollection(byte[] pixels, int channels, int height, int width, int[]? labels = null, IReadOnlyList<string>? classes = null, IReadOnlyList<ImageProblem>? problems = null)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        var size = (long)channels * height * width;
        if (pixels.Length == 0 || pixels.Length % size != 0)
            throw new ArgumentException($"{pixels.Length} bytes are no whole number, from 1, of pictures of {channels} × {height} × {width} bytes.", nameof(pixels));
        _pixels = pixels;
        _labels = labels;
        Channels = channels;
        Height = height;
        Width = width;
        Count = (int)(pixels.Length / size);
        Classes = classes ?? [];
        Problems = problems ?? [];
        if (labels is null && Classes.Count > 0)
            throw new ArgumentException("Class names ask for labels; pass one per picture.", nameof(labels));
        ClassCounts = labels is null ? [] : CountClasses(labels);
    }

    /// <summary>How many pictures there are, at least 1.</summary>
    public int Count { get; }

    /// <summary>Channels of a picture: 1 for grey, 3 for red, green and blue.</summary>
    public int Channels { get; }

    /// <summary>Rows of a picture.</summary>
    public int Height { get; }

    /// <summary>Columns of a picture.</summary>
    public int Width { get; }

    /// <summary>All pictures: [count, channels, height, width], the last running fastest; 0 is black, 255 full brightness.</summary>
    public ReadOnlyMemory<byte> Pixels => _pixels;

    /// <summary>The class of each picture, from 0; null where pictures have none.</summary>
    public IReadOnlyList<int>? Labels => _labels;

    /// <summary>The names of the classes, in the order of their labels; empty where they have none.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>How many pictures each class has; empty where pictures have no classes.</summary>
    public IReadOnlyList<int> ClassCounts { get; }

    /// <summary>Every file that could not be used, and why, in the order of their paths.</summary>
    public IReadOnlyList<ImageProblem> Problems { get; }

    /// <summary>The bytes of one picture: [channels, height, width].</summary>
    /// <param name="index">Its number, from 0.</param>
    /// <returns>The bytes.</returns>
    public ReadOnlySpan<byte> Image(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var size = _pixels.Length / Count;
        return _pixels.AsSpan(index * size, size);
    }

    private int[] CountClasses(int[] labels)
    {
        if (labels.Length != Count)
            throw new ArgumentException($"{labels.Length} labels for {Count} pictures; each picture has one.", nameof(labels));
        var least = labels.Min();
        var most = labels.Max();
        if (least < 0 || (Classes.Count > 0 && most >= Classes.Count))
            throw new ArgumentException($"The label {(least < 0 ? least : most)} is no class{(Classes.Count > 0 ? $" of the {Classes.Count} that have names" : "")}; labels run from 0.", nameof(labels));
        var counts = new int[Math.Max(Classes.Count, most + 1)];
        foreach (var label in labels)
            counts[label]++;
        return counts;
    }
}
