using SixLabors.ImageSharp.PixelFormats;

namespace ModelGen.Plots;

/// <summary>
/// Colours that can be told apart with any common kind of colour blindness (Okabe and Ito 2008, "Color universal design: how to
/// make figures and presentations that are friendly to colorblind people"), the pale ones last.
/// </summary>
internal static class Palette
{
    public static readonly Rgb24 Paper = new(255, 255, 255);
    public static readonly Rgb24 Ink = new(32, 32, 32);
    public static readonly Rgb24 Grid = new(228, 228, 228);
    public static readonly Rgb24 Other = new(150, 150, 150);

    public static readonly IReadOnlyList<Rgb24> Series =
    [
        new(0, 114, 178), // blue
        new(213, 94, 0), // vermilion
        new(0, 158, 115), // bluish green
        new(204, 121, 167), // reddish purple
        new(230, 159, 0), // orange
        new(86, 180, 233), // sky blue
        new(0, 0, 0), // black
        new(240, 228, 66), // yellow
    ];
}
