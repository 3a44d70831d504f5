using System.Buffers.Binary;
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
        byte[] content;
        try
        {
            content = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"cannot be read: {exception.Message}";
        }

        if (content.Length == 0)
        {
            return "is empty";
        }

        var isJpeg = content.AsSpan().StartsWith<byte>([0xFF, 0xD8, 0xFF]);
        if (!isJpeg && !content.AsSpan().StartsWith<byte>([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]))
        {
            return "is neither PNG nor JPEG";
        }

        // The decoder fills the missing part of a truncated JPEG file with grey.
        if (isJpeg && !EndsAsJpeg(content))
        {
            return "is a truncated JPEG file";
        }

        try
        {
            using var stream = new MemoryStream(content);
            if (Image.Identify(Decoders, stream) is not { } info)
            {
                return "is damaged";
            }

            if ((long)info.Width * info.Height > MostPixels)
            {
                return $"is too large: {info.Width} × {info.Height} pixels";
            }

            stream.Position = 0;
            using var image = Image.Load<Rgba32>(Decoders, stream);
            Fit(image, height, width);
            Copy(image, channels, target);
            return null;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Damaged files make the decoder fail in every possible way, index errors and null references included.
            return $"is damaged: {exception.Message}";
        }
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
