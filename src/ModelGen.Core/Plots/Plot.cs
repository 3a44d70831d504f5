using ModelGen.Training;

namespace ModelGen.Plots;

/// <summary>The frame, axes, ticks and titles of a plot, and the positions of its values.</summary>
internal sealed class Plot
{
    public const int TextScale = 2;
    public const int LineHeight = (PixelFont.Height + 3) * TextScale;

    private const int TickLength = 5;
    private const int TickGap = 4;

    private readonly Axis _x;
    private readonly Axis _y;

    public Plot(Canvas canvas, PixelArea area, Axis x, Axis y)
    {
        Canvas = canvas;
        Area = area;
        _x = x;
        _y = y;
    }

    public Canvas Canvas { get; }

    /// <summary>The inside of the frame.</summary>
    public PixelArea Area { get; }

    public (double X, double Y) Place(double x, double y) =>
        (Area.Left + (Area.Width * _x.Position(x)), Area.Top + (Area.Height * (1 - _y.Position(y))));

    /// <summary>Draws everything except the values.</summary>
    public void DrawFrame(string xTitle, string yTitle)
    {
        foreach (var (value, text) in _x.Ticks(6))
        {
            var at = (int)Math.Round(Place(value, _y.Least).X);
            Canvas.Fill(new PixelArea(at, Area.Top, 1, Area.Height), Palette.Grid);
            Canvas.Fill(new PixelArea(at, Area.Top + Area.Height, 1, TickLength), Palette.Ink);
            Canvas.Text(
                text,
                at - (PixelFont.Measure(text, TextScale) / 2),
                Area.Top + Area.Height + TickLength + TickGap,
                TextScale,
                Palette.Ink
            );
        }

        foreach (var (value, text) in _y.Ticks(6))
        {
            var at = (int)Math.Round(Place(_x.Least, value).Y);
            Canvas.Fill(new PixelArea(Area.Left, at, Area.Width, 1), Palette.Grid);
            Canvas.Fill(new PixelArea(Area.Left - TickLength, at, TickLength, 1), Palette.Ink);
            Canvas.Text(
                text,
                Area.Left - TickLength - TickGap - PixelFont.Measure(text, TextScale),
                at - (PixelFont.CapitalHeight * TextScale / 2),
                TextScale,
                Palette.Ink
            );
        }

        Canvas.Fill(new PixelArea(Area.Left, Area.Top, 1, Area.Height), Palette.Ink);
        Canvas.Fill(new PixelArea(Area.Left, Area.Top + Area.Height, Area.Width, 1), Palette.Ink);
        Canvas.Text(
            xTitle,
            Area.Left + Area.Width - PixelFont.Measure(xTitle, TextScale),
            Area.Top + Area.Height + TickLength + TickGap + LineHeight,
            TextScale,
            Palette.Ink
        );
        Canvas.Text(yTitle, Area.Left, Area.Top - LineHeight, TextScale, Palette.Ink);
    }
}
