using System.Buffers.Binary;
using System.IO.Compression;
using ModelGen.Files;

namespace ModelGen.Data;

/// <summary>
/// Reads images and labels in the IDX format of MNIST and similar data sets (LeCun, Cortes and Burges, "The MNIST database of handwritten
/// digits"): big-endian sizes, then unsigned bytes. Files may be gzipped, which is detected from their content, not their name.
/// </summary>
public static class IdxFiles
{
    private const byte UnsignedByte = 0x08;

    /// <summary>
    /// Reads the usual files in a folder: <c>train-images-idx3-ubyte</c> and <c>train-labels-idx1-ubyte</c> and, if present,
    /// <c>t10k-images-idx3-ubyte</c> and <c>t10k-labels-idx1-ubyte</c>; each plain or with <c>.gz</c>, the plain file taking precedence.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="classes">The names of the classes in label order; null if they have none.</param>
    /// <returns>The training images, and the test images or null.</returns>
    /// <exception cref="ModelGenException">A file is missing or cannot be read, is not such an IDX file, is truncated or too long, a pair
    /// of files differs in count, or a label is not a class.</exception>
    public static (ImageCollection Training, ImageCollection? Test) Read(string folder, IReadOnlyList<string>? classes = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        FolderListing.Require(folder, "the folder that holds train-images-idx3-ubyte and train-labels-idx1-ubyte");
        var training = ReadPair(Required(folder, "train-images-idx3-ubyte"), Required(folder, "train-labels-idx1-ubyte"), classes);
        if (Find(folder, "t10k-images-idx3-ubyte") is null && Find(folder, "t10k-labels-idx1-ubyte") is null)
        {
            return (training, null);
        }

        return (training, ReadPair(Required(folder, "t10k-images-idx3-ubyte"), Required(folder, "t10k-labels-idx1-ubyte"), classes));
    }

    /// <summary>Reads a file of images and the file of their labels.</summary>
    /// <param name="images">The file of images, three dimensions of unsigned bytes: count, height, width.</param>
    /// <param name="labels">The file of labels, one dimension of unsigned bytes.</param>
    /// <param name="classes">The names of the classes in label order; null if they have none.</param>
    /// <returns>The single-channel images.</returns>
    /// <exception cref="ModelGenException">A file is missing or cannot be read, is not such an IDX file, is truncated or too long, the two
    /// differ in count, or a label is not a class.</exception>
    public static ImageCollection ReadPair(string images, string labels, IReadOnlyList<string>? classes = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(images);
        ArgumentException.ThrowIfNullOrEmpty(labels);
        var (sizes, pixels) = ReadFile(images, "images", 3);
        var (counts, bytes) = ReadFile(labels, "labels", 1);
        if (counts[0] != sizes[0])
        {
            throw new ModelGenException(
                $"'{images}' holds {sizes[0]} images but '{labels}' holds {counts[0]} labels; pass files that belong together."
            );
        }

        var classOf = Array.ConvertAll(bytes, static label => (int)label);
        if (classes is not null && classOf.Max() is var most && most >= classes.Count)
        {
            throw new ModelGenException(
                $"'{labels}' holds the label {most}, but only {classes.Count} classes are named, for the labels 0 to "
                    + $"{classes.Count - 1}; name every class."
            );
        }

        return new ImageCollection(pixels, 1, sizes[1], sizes[2], classOf, classes);
    }

    private static string? Find(string folder, string name)
    {
        var plain = Path.Combine(folder, name);
        if (File.Exists(plain))
        {
            return plain;
        }

        return File.Exists(plain + ".gz") ? plain + ".gz" : null;
    }

    private static string Required(string folder, string name) =>
        Find(folder, name)
        ?? throw new ModelGenException($"The folder '{folder}' lacks '{name}', with or without .gz; put the file there.");

    private static (int[] Sizes, byte[] Content) ReadFile(string path, string what, int dimensions)
    {
        try
        {
            using var file = RegularFile.Open(path);
            var zipped = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
            file.Position = 0;
            using var stream = zipped ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
            return ReadContent(stream, path, what, dimensions);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new ModelGenException($"Cannot read the {what} '{path}': {exception.Message}", exception);
        }
    }

    private static (int[] Sizes, byte[] Content) ReadContent(Stream stream, string path, string what, int dimensions)
    {
        var header = new byte[4 + (4 * dimensions)];
        var got = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (got < 4 || header[0] != 0 || header[1] != 0 || header[2] != UnsignedByte || header[3] != dimensions)
        {
            throw new ModelGenException(
                $"'{path}' holds no IDX {what}: it begins with {Convert.ToHexString(header.AsSpan(0, Math.Min(got, 4)))} where "
                    + $"000008{dimensions:X2} is expected (unsigned bytes in {dimensions} dimension{(dimensions == 1 ? "" : "s")}); pass "
                    + $"an IDX file of {what}."
            );
        }

        if (got < header.Length)
        {
            throw new ModelGenException($"'{path}' ends inside its header, after {got} of {header.Length} bytes; fetch it again.");
        }

        var sizes = new int[dimensions];
        UInt128 length = 1;
        for (var dimension = 0; dimension < dimensions; dimension++)
        {
            var size = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4 + (4 * dimension)));
            length *= size;
            sizes[dimension] = (int)Math.Min(size, int.MaxValue);
        }

        if (length == 0)
        {
            throw new ModelGenException(
                $"'{path}' holds no {what}: its sizes are {string.Join(" × ", sizes)}; pass a file that holds some."
            );
        }

        if (length > (UInt128)Array.MaxLength)
        {
            throw new ModelGenException(
                $"'{path}' claims to hold {length} bytes, more than the {Array.MaxLength} that fit; pass a smaller file."
            );
        }

        return (sizes, PromisedBytes.Read(stream, (int)length, path));
    }
}
