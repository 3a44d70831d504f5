using ModelGen.Files;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace ModelGen.Plots;

/// <summary>An RGB image that plots are drawn on: anti-aliased lines and marks, and text. Coordinates are in pixels, y downwards.</summary>
internal sealed class Canvas
{
    private readonly Rgb24[] _pixels;

    public Canvas(int width, int height, Rgb24 background)
    {
        Width = width;
        Height = height;
        _pixels = new Rgb24[width * height];
        Array.Fill(_pixels, background);
    }

    public int Width { get; }

    public int Height { get; }

    public Rgb24 this[int x, int y] => _pixels[(y * Width) + x];

    /// <summary>Draws a line with round ends.</summary>
    public void Line((double X, double Y) from, (double X, double Y) to, double thickness, Rgb24 colour, PixelArea? within = null)
    {
        var radius = thickness / 2;
        var (alongX, alongY) = (to.X - from.X, to.Y - from.Y);
        var square = (alongX * alongX) + (alongY * alongY);
        Cover(
            Math.Min(from.X, to.X) - radius,
            Math.Min(from.Y, to.Y) - radius,
            Math.Max(from.X, to.X) + radius,
            Math.Max(from.Y, to.Y) + radius,
            colour,
            within,
            (x, y) =>
            {
                var nearest = square > 0 ? Math.Clamp((((x - from.X) * alongX) + ((y - from.Y) * alongY)) / square, 0, 1) : 0;
                return double.Hypot(x - from.X - (nearest * alongX), y - from.Y - (nearest * alongY)) - radius;
            }
        );
    }

    /// <summary>Draws a filled mark.</summary>
    public void Mark((double X, double Y) at, double radius, MarkShape shape, Rgb24 colour)
    {
        var reach = 1.5 * radius;
        Cover(at.X - reach, at.Y - reach, at.X + reach, at.Y + reach, colour, null, (x, y) =>
        {
            var (dx, dy) = (x - at.X, y - at.Y);
            return shape switch
            {
                MarkShape.Disc => double.Hypot(dx, dy) - radius,
                MarkShape.Square => Math.Max(Math.Abs(dx), Math.Abs(dy)) - (0.88 * radius),
                MarkShape.Diamond => ((Math.Abs(dx) + Math.Abs(dy)) / Math.Sqrt(2)) - (0.88 * radius),
                _ => Math.Max(dy - (0.7 * radius), ((Math.Abs(dx) * Math.Sqrt(3)) - dy - (1.4 * radius)) / 2),
            };
        });
    }

    /// <summary>Fills a rectangle of whole pixels.</summary>
    public void Fill(PixelArea area, Rgb24 colour)
    {
        for (var y = Math.Max(0, area.Top); y < Math.Min(Height, area.Top + area.Height); y++)
        {
            for (var x = Math.Max(0, area.Left); x < Math.Min(Width, area.Left + area.Width); x++)
            {
                _pixels[(y * Width) + x] = colour;
            }
        }
    }

    /// <summary>Draws one line of text from its upper left corner.</summary>
    public void Text(string text, int left, int top, int scale, Rgb24 colour)
    {
        foreach (var character in text)
        {
            for (var row = 0; row < PixelFont.Height; row++)
            {
                for (var column = 0; column < PixelFont.Width; column++)
                {
                    if (PixelFont.IsInk(character, column, row))
                    {
                        Fill(new PixelArea(left + (column * scale), top + (row * scale), scale, scale), colour);
                    }
                }
            }

            left += PixelFont.Advance * scale;
        }
    }

    /// <summary>Writes the image as a PNG file, whole or not at all.</summary>
    /// <exception cref="ModelGenException">It cannot be written.</exception>
    public void Save(string path)
    {
        using var image = Image.LoadPixelData(_pixels, Width, Height);
        AtomicFile.Write(path, "the image", image.SaveAsPng);
    }

    /// <summary>Blends a colour over the pixels of a shape, anti-aliased by its signed distance, which is negative inside.</summary>
    private void Cover(
        double left,
        double top,
        double right,
        double bottom,
        Rgb24 colour,
        PixelArea? within,
        Func<double, double, double> distance
    )
    {
        var area = within ?? new PixelArea(0, 0, Width, Height);
        var (firstX, lastX) = (Math.Max(area.Left, left - 1), Math.Min(area.Left + area.Width - 1, right + 1));
        var (firstY, lastY) = (Math.Max(area.Top, top - 1), Math.Min(area.Top + area.Height - 1, bottom + 1));
        for (var y = (int)firstY; y <= lastY; y++)
        {
            for (var x = (int)firstX; x <= lastX; x++)
            {
                var covered = Math.Clamp(0.5 - distance(x + 0.5, y + 0.5), 0, 1);
                ref var pixel = ref _pixels[(y * Width) + x];
                pixel = new Rgb24(Blend(pixel.R, colour.R, covered), Blend(pixel.G, colour.G, covered), Blend(pixel.B, colour.B, covered));
            }
        }
    }

    private static byte Blend(byte below, byte above, double covered) => (byte)(below + ((above - below) * covered) + 0.5);
}
