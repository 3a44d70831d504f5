using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace ModelGen.Tests.Plots;

/// <summary>Reads a PNG file back.</summary>
internal static class Png
{
    /// <summary>Its size and its pixels, row by row.</summary>
    public static (int Width, int Height, Rgb24[] Pixels) Read(string path)
    {
        using var image = Image.Load<Rgb24>(path);
        var pixels = new Rgb24[image.Width * image.Height];
        image.CopyPixelDataTo(pixels);
        return (image.Width, image.Height, pixels);
    }
}
