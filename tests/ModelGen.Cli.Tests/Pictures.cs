using System.Buffers.Binary;
using ModelGen.Data;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace ModelGen.Cli.Tests;

/// <summary>Drawn digits as files of both kinds that people have.</summary>
internal static class Pictures
{
    /// <summary>Writes PNG files, a sub-folder for each digit.</summary>
    public static void WritePng(string folder, int count)
    {
        var digits = DrawnDigits.Create(count, seed: 3);
        var size = digits.Height * digits.Width;
        for (var number = 0; number < count; number++)
        {
            var path = Path.Combine(folder, $"{digits.Labels![number]}", $"{number}.png");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var image = Image.LoadPixelData<L8>(digits.Pixels.Span.Slice(number * size, size).ToArray(), digits.Width, digits.Height);
            image.SaveAsPng(path);
        }
    }

    /// <summary>Writes IDX files.</summary>
    public static void WriteIdx(string folder, int count)
    {
        Directory.CreateDirectory(folder);
        var digits = DrawnDigits.Create(count, seed: 3);
        Write(Path.Combine(folder, "train-images-idx3-ubyte"), digits.Pixels.Span, digits.Count, digits.Height, digits.Width);
        Write(Path.Combine(folder, "train-labels-idx1-ubyte"), digits.Labels!.Select(static label => (byte)label).ToArray(), digits.Count);
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
