using System.Buffers.Binary;
using ModelGen.Data;

namespace ModelGen.EndToEnd.Tests.Examples;

/// <summary>A few drawn digits as the IDX files that the example reads.</summary>
internal static class DrawnDigitFiles
{
    /// <summary>Writes a training and a test part into a folder.</summary>
    public static void Write(string folder, int training, int test)
    {
        Directory.CreateDirectory(folder);
        Write(folder, "train", DrawnDigits.Create(training, seed: 3));
        Write(folder, "t10k", DrawnDigits.Create(test, seed: 4));
    }

    private static void Write(string folder, string part, ImageCollection digits)
    {
        Write(Path.Combine(folder, $"{part}-images-idx3-ubyte"), digits.Pixels.Span, digits.Count, digits.Height, digits.Width);
        Write(
            Path.Combine(folder, $"{part}-labels-idx1-ubyte"),
            digits.Labels!.Select(static label => (byte)label).ToArray(),
            digits.Count
        );
    }

    private static void Write(string path, ReadOnlySpan<byte> content, params ReadOnlySpan<int> sizes)
    {
        var header = new byte[4 + (4 * sizes.Length)];
        header[2] = 0x08;
        header[3] = (byte)sizes.Length;
        for (var i = 0; i < sizes.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * i)), sizes[i]);
        }

        File.WriteAllBytes(path, [.. header, .. content]);
    }
}
