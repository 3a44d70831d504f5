using System.Buffers.Binary;
using ModelGen.Files;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Advanced;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace ModelGen.Data;

/// <summary>Decodes a PNG or JPEG file into the bytes of an image of a given shape.</summary>
internal static class ImageFile
{
    // Decoding and scaling take 16 bytes per pixel: at most 4 GB.
    private const long MostPixels = 1L << 28;

    private const long MostBytes = 1 << 30;

    // A picture of 16 bits that stays below this, a sixteenth of the range, was not meant for it: cameras give 10 or 12 bits unscaled.
    private const ushort LeastRange = 1 << 12;

    private static readonly Configuration Decoders = new(new PngConfigurationModule(), new JpegConfigurationModule())
    {
        MaxDegreeOfParallelism = 1,
    };

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="channels">1 for greyscale, 3 for RGB.</param>
    /// <param name="height">Rows of the image.</param>
    /// <param name="width">Columns of the image.</param>
    /// <param name="target">The buffer for the image: [channels, height, width].</param>
    /// <returns>Null, or what is wrong with the file, worded to follow its name.</returns>
    public static string? Read(string path, int channels, int height, int width, Span<byte> target)
    {
        try
        {
            using var file = RegularFile.Open(path);
            return Read(file, channels, height, width, target);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"cannot be read: {exception.Message}";
        }
    }

    /// <summary>The name of the format of an image file, by its content; null if it is none, or cannot be read.</summary>
    /// <param name="path">The file.</param>
    public static string? FormatOf(string path)
    {
        try
        {
            using var file = RegularFile.Open(path);
            return FormatOf(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? FormatOf(FileStream file)
    {
        Span<byte> start = stackalloc byte[ImageSignature.Length];
        var got = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return ImageSignature.FormatOf(start[..got]);
    }

    private static string? Read(FileStream file, int channels, int height, int width, Span<byte> target)
    {
        if (file.Length == 0)
        {
            return "is empty";
        }

        var format = FormatOf(file);
        if (format is not (ImageSignature.Png or ImageSignature.Jpeg))
        {
            return format is null ? "is neither PNG nor JPEG" : $"is in the format {format}, which is not read; convert it to PNG";
        }

        try
        {
            return format == ImageSignature.Png
                ? ReadPng(PngFile.Read(file), channels, height, width, target)
                : ReadJpeg(file, channels, height, width, target);
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or IOException or UnauthorizedAccessException))
        {
            // Damaged files make the decoder fail in every possible way, index errors and null references included.
            return $"is damaged: {exception.Message}";
        }
    }

    private static string? ReadPng(PngFile png, int channels, int height, int width, Span<byte> target)
    {
        if ((long)png.Width * png.Height > MostPixels)
        {
            return TooLarge(png.Width, png.Height);
        }

        if (png.HasEmptyPasses)
        {
            return $"is interlaced and only {png.Width} pixels wide, which is not read; save it without interlacing";
        }

        if (png.HasDeepTransparency)
        {
            return "has 16 bits per channel and a transparent colour, which is not read; save it with an alpha channel";
        }

        if (png.MissingRows() is { } missing)
        {
            return missing;
        }

        if (png.Depth < 16)
        {
            using var image = Image.Load<Rgba32>(Decoders, png.Content);
            Fit(image, height, width);
            Copy(image, channels, target);
            return null;
        }

        using var deep = Image.Load<Rgba64>(Decoders, png.Content);
        if (Brightest(deep) is > 0 and < LeastRange and var brightest)
        {
            return $"has 16 bits per channel but no value above {brightest}, so it would be all but black; save it with values up to "
                + "65535, or with 8 bits per channel";
        }

        using var shallow = deep.CloneAs<Rgba32>(Decoders);
        Fit(shallow, height, width);
        Copy(shallow, channels, target);
        return null;
    }

    private static string? ReadJpeg(FileStream file, int channels, int height, int width, Span<byte> target)
    {
        if (file.Length > MostBytes)
        {
            return $"is too large: {file.Length} bytes";
        }

        var content = new byte[file.Length];
        file.ReadExactly(content);

        // The decoder fills the missing part of a truncated JPEG file with grey.
        if (!EndsAsJpeg(content))
        {
            return "is a truncated JPEG file";
        }

        using var stream = new MemoryStream(content);
        if (Image.Identify(Decoders, stream) is not { } info)
        {
            return "is damaged";
        }

        if ((long)info.Width * info.Height > MostPixels)
        {
            return TooLarge(info.Width, info.Height);
        }

        stream.Position = 0;
        using var image = Image.Load<Rgba32>(Decoders, stream);
        Fit(image, height, width);
        Copy(image, channels, target);
        return null;
    }

    private static string TooLarge(long width, long height) => $"is too large: {width} × {height} pixels";

    private static ushort Brightest(Image<Rgba64> image)
    {
        ushort most = 0;
        for (var row = 0; row < image.Height; row++)
        {
            foreach (var pixel in image.DangerousGetPixelRowMemory(row).Span)
            {
                most = Math.Max(most, Math.Max(pixel.R, Math.Max(pixel.G, pixel.B)));
            }
        }

        return most;
    }

    private static void Fit(Image<Rgba32> image, int height, int width) =>
        image.Mutate(steps =>
        {
            steps.AutoOrient();
            steps.BackgroundColor(Color.White);
            var size = steps.GetCurrentSize();
            if (size.Width != width || size.Height != height)
            {
                steps.Resize(
                    new ResizeOptions
                    {
                        Mode = ResizeMode.Crop,
                        Position = AnchorPositionMode.Center,
                        Sampler = KnownResamplers.Bicubic,
                        Size = new Size(width, height),
                    }
                );
            }
        });

    private static void Copy(Image<Rgba32> image, int channels, Span<byte> target)
    {
        var plane = image.Height * image.Width;
        for (var row = 0; row < image.Height; row++)
        {
            var source = image.DangerousGetPixelRowMemory(row).Span;
            for (var column = 0; column < source.Length; column++)
            {
                var pixel = source[column];
                var place = (row * image.Width) + column;
                if (channels == 1)
                {
                    target[place] = Grey(pixel);
                    continue;
                }

                target[place] = pixel.R;
                target[plane + place] = pixel.G;
                target[(2 * plane) + place] = pixel.B;
            }
        }
    }

    /// <summary>0.299, 0.587 and 0.114 in 65536ths, rounded; equal channels keep their value.</summary>
    private static byte Grey(Rgba32 pixel) => (byte)(((19595 * pixel.R) + (38470 * pixel.G) + (7471 * pixel.B) + 0x8000) >> 16);

    /// <summary>Walks the segments (ITU-T T.81, annex B) to the end-of-image marker.</summary>
    private static bool EndsAsJpeg(ReadOnlySpan<byte> content)
    {
        const byte Marker = 0xFF,
            Stuffed = 0x00,
            EndOfImage = 0xD9,
            Temporary = 0x01;
        var position = 2;
        while (position + 1 < content.Length)
        {
            // Between segments there is entropy-coded data, in which FF precedes 00, a restart marker or fill bytes.
            var kind = content[position + 1];
            if (content[position] != Marker || kind is Stuffed or Marker or Temporary or (>= 0xD0 and <= 0xD7))
            {
                position++;
                continue;
            }

            if (kind == EndOfImage)
            {
                return true;
            }

            if (position + 4 > content.Length)
            {
                return false;
            }

            position += 2 + BinaryPrimitives.ReadUInt16BigEndian(content[(position + 2)..]);
        }

        return false;
    }
}
