using ModelGen.Files;
using ModelGen.Native;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Plots;

/// <summary>
/// Images in a grid in one PNG file, filled row by row: samples; originals above their reconstructions; interpolations, one row per pair of
/// endpoints.
/// </summary>
public static class ImageGrid
{
    private const int Gap = 2;
    private const byte GapGrey = 128;

    /// <summary>Writes images as a grid. An existing file is replaced atomically; missing folders are created.</summary>
    /// <param name="path">The PNG file.</param>
    /// <param name="images">Floating-point [count, channels, height, width] with 1 channel (grey) or 3 (red, green, blue), from 0 (black)
    /// to 1; values outside are clamped and NaN is black. On any device; not disposed.</param>
    /// <param name="columns">Images per row, at least 1; an incomplete last row ends in grey.</param>
    /// <param name="scale">The factor by which each pixel is repeated along both axes, at least 1, to make small images easier to
    /// see.</param>
    /// <exception cref="ArgumentException">The tensor has another dtype or shape, or contains no image.</exception>
    /// <exception cref="ModelGenException">The file cannot be written.</exception>
    public static void Write(string path, Tensor images, int columns, int scale = 1)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        CheckImages(images, nameof(images));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(scale);
        var pixels = Bytes(images);
        if (images.size(1) == 1)
        {
            Save<L8>(path, images, pixels, columns, scale, new L8(GapGrey), static (from, place, _) => new L8(from[place]));
        }
        else
        {
            Save<Rgb24>(path, images, pixels, columns, scale, new Rgb24(GapGrey, GapGrey, GapGrey), static (from, place, plane) =>
                new Rgb24(from[place], from[place + plane], from[place + (2 * plane)])
            );
        }
    }

    /// <summary>Writes images in pairs: each row of the upper images above the same row of the lower ones.</summary>
    /// <param name="path">The PNG file.</param>
    /// <param name="upper">The upper images, such as originals, as in <see cref="Write"/>.</param>
    /// <param name="lower">The lower images, such as reconstructions, of the same shape.</param>
    /// <param name="columns">Pairs per row, at least 1.</param>
    /// <param name="scale">The factor by which each pixel is repeated along both axes, at least 1.</param>
    /// <exception cref="ArgumentException">The tensors have another dtype or shape, contain no image, or differ in shape.</exception>
    /// <exception cref="ModelGenException">The file cannot be written.</exception>
    public static void WritePairs(string path, Tensor upper, Tensor lower, int columns, int scale = 1)
    {
        CheckImages(upper, nameof(upper));
        CheckImages(lower, nameof(lower));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        if (!upper.shape.SequenceEqual(lower.shape))
        {
            throw new ArgumentException(
                $"The lower images are [{string.Join(", ", lower.shape)}] but the upper ones [{string.Join(", ", upper.shape)}]; "
                    + "both need the same shape.",
                nameof(lower)
            );
        }

        var across = (int)Math.Min(columns, upper.size(0));
        using var rows = Interleave(upper, lower, across);
        Write(path, rows, across, scale);
    }

    /// <summary>Alternates rows of both; the last rows are padded with the grid's grey.</summary>
    private static Tensor Interleave(Tensor upper, Tensor lower, int columns)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var count = upper.size(0);
        var parts = new List<Tensor>();
        for (long first = 0; first < count; first += columns)
        {
            var length = Math.Min(columns, count - first);
            parts.Add(upper.narrow(0, first, length).to(ScalarType.Float32));
            if (length < columns)
            {
                parts.Add(
                    Numbers.Full(
                        [columns - length, .. upper.shape.Skip(1)],
                        GapGrey / (float)byte.MaxValue,
                        ScalarType.Float32,
                        upper.device
                    )
                );
            }

            parts.Add(lower.narrow(0, first, length).to(ScalarType.Float32).to(upper.device));
        }

        return torch.cat(parts, 0).MoveToOuterDisposeScope();
    }

    private static void CheckImages(Tensor images, string name)
    {
        ArgumentNullException.ThrowIfNull(images, name);
        if (!images.is_floating_point() || images.dim() != 4 || images.size(1) is not (1 or 3) || images.numel() == 0)
        {
            throw new ArgumentException(
                "Images must be floating-point [count, 1 or 3, height, width] with at least one image, not "
                    + $"{images.dtype} [{string.Join(", ", images.shape)}].",
                name
            );
        }
    }

    private static byte[] Bytes(Tensor images)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        return images
            .detach()
            .to(ScalarType.Float32)
            .nan_to_num(0)
            .Clamp(0, 1)
            .Times(byte.MaxValue)
            .round()
            .to(ScalarType.Byte)
            .cpu()
            .contiguous()
            .bytes.ToArray();
    }

    private static void Save<TPixel>(
        string path,
        Tensor images,
        byte[] pixels,
        int columns,
        int scale,
        TPixel gap,
        Func<byte[], int, int, TPixel> pixelAt
    )
        where TPixel : unmanaged, IPixel<TPixel>
    {
        var (count, channels, height, width) = ((int)images.size(0), (int)images.size(1), (int)images.size(2), (int)images.size(3));
        var across = Math.Min(columns, count);
        var down = (count + across - 1) / across;
        var plane = height * width;
        using var grid = new Image<TPixel>((across * ((width * scale) + Gap)) + Gap, (down * ((height * scale) + Gap)) + Gap, gap);
        for (var image = 0; image < count; image++)
        {
            var (row, column) = Math.DivRem(image, across);
            var (top, left) = (Gap + (row * ((height * scale) + Gap)), Gap + (column * ((width * scale) + Gap)));
            for (var y = 0; y < height * scale; y++)
            {
                for (var x = 0; x < width * scale; x++)
                {
                    grid[left + x, top + y] = pixelAt(pixels, (image * channels * plane) + (y / scale * width) + (x / scale), plane);
                }
            }
        }

        AtomicFile.Write(path, "the image", grid.SaveAsPng);
    }
}
