using ModelGen.Training;
using SixLabors.ImageSharp.PixelFormats;

namespace ModelGen.Plots;

/// <summary>Plots curves over a run's steps, such as losses, as a PNG file of 900 × 560 pixels with axes and a legend.</summary>
public static class Curves
{
    /// <summary>The most curves that can be told apart in one plot.</summary>
    public const int Most = 8;

    private const int Width = 900;
    private const int Height = 560;
    private const int Side = 24;
    private const int Left = 110;
    private const int Below = 72;
    private const int Swatch = 26;
    private const double Thickness = 2;
    private const double Thin = 1;
    private const double Thick = 3;

    /// <summary>Draws curves. An existing file is replaced atomically; missing folders are created.</summary>
    /// <param name="path">The PNG file.</param>
    /// <param name="curves">One to eight curves; one without a drawable value appears only in the legend.</param>
    /// <param name="title">The label of the value axis, shown above it: "loss (nats per pixel)". Printable ASCII; other characters appear
    /// as boxes.</param>
    /// <param name="logarithmic">Whether the value axis is logarithmic.</param>
    /// <exception cref="ArgumentException">There are no curves or more than eight.</exception>
    /// <exception cref="ModelGenException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<Curve> curves, string title, bool logarithmic = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(curves);
        ArgumentNullException.ThrowIfNull(title);
        if (curves.Count is 0 or > Most)
        {
            throw new ArgumentException($"A plot shows 1 to {Most} curves, not {curves.Count}.", nameof(curves));
        }

        Draw(curves, title, logarithmic).Save(path);
    }

    /// <summary>Draws several runs, each in its colour.</summary>
    /// <param name="path">The PNG file.</param>
    /// <param name="runs">One to eight runs; one without a drawable value appears only in the legend.</param>
    /// <param name="title">The label of the value axis.</param>
    /// <param name="logarithmic">Whether the value axis is logarithmic.</param>
    /// <exception cref="ModelGenException">The file cannot be written.</exception>
    internal static void Write(string path, IReadOnlyList<RunCurves> runs, string title, bool logarithmic)
    {
        var lines = runs.Index()
            .SelectMany(static run =>
                new[] { (run.Item.Training, run.Index, Thin), (run.Item.Validation, run.Index, Thick) }.Where(static line =>
                    line.Item1.Count > 0
                )
            );
        Draw([.. runs.Select(static run => run.Name)], [.. lines], title, logarithmic).Save(path);
    }

    /// <summary>The image that <see cref="Write(string, IReadOnlyList{Curve}, string, bool)"/> writes.</summary>
    internal static Canvas Draw(IReadOnlyList<Curve> curves, string title, bool logarithmic) =>
        Draw(
            [.. curves.Select(static curve => curve.Name)],
            [.. curves.Select(static (curve, index) => (curve.Points, index, Thickness))],
            title,
            logarithmic
        );

    private static Canvas Draw(
        IReadOnlyList<string> names,
        IReadOnlyList<(IReadOnlyList<(long Step, double Value)> Points, int Colour, double Thickness)> lines,
        string title,
        bool logarithmic
    )
    {
        var canvas = new Canvas(Width, Height, Palette.Paper);
        var top = DrawLegend(canvas, names) + Plot.LineHeight + 4;
        var shown = lines.SelectMany(static line => line.Points).Where(point => IsDrawable(point.Value, logarithmic)).ToArray();
        var values = Array.ConvertAll(shown, static point => point.Value);
        var plot = new Plot(
            canvas,
            new PixelArea(Left, top, Width - Left - Side, Height - top - Below),
            Axis.Whole(Array.ConvertAll(shown, static point => (double)point.Step)),
            logarithmic ? Axis.Logarithmic(values, 0.05) : Axis.Linear(values, 0.05)
        );
        plot.DrawFrame("step", title);
        foreach (var (points, colour, thickness) in lines)
        {
            DrawLine(plot, points, Palette.Series[colour], thickness, logarithmic);
        }

        return canvas;
    }

    private static bool IsDrawable(double value, bool logarithmic) => double.IsFinite(value) && (!logarithmic || value > 0);

    private static void DrawLine(
        Plot plot,
        IReadOnlyList<(long Step, double Value)> points,
        Rgb24 colour,
        double thickness,
        bool logarithmic
    )
    {
        (double X, double Y)? previous = null;
        var isAlone = false;
        foreach (var (step, value) in points)
        {
            if (!IsDrawable(value, logarithmic))
            {
                MarkAlone();
                previous = null;
                continue;
            }

            var place = plot.Place(step, value);
            if (previous is { } from)
            {
                plot.Canvas.Line(from, place, thickness, colour, plot.Area);
            }

            isAlone = previous is null;
            previous = place;
        }

        MarkAlone();

        // A value between two gaps has no line, so it is drawn as a mark.
        void MarkAlone()
        {
            if (isAlone && previous is { } place)
            {
                plot.Canvas.Mark(place, 3, MarkShape.Disc, colour);
            }

            isAlone = false;
        }
    }

    /// <summary>Draws the names in rows above the plot, so that they cover no values.</summary>
    /// <returns>The first free pixel row below them.</returns>
    internal static int DrawLegend(Canvas canvas, IReadOnlyList<string> names)
    {
        var (left, top) = (Left, Side / 2);
        for (var index = 0; index < names.Count; index++)
        {
            var needed = Swatch + 8 + PixelFont.Measure(names[index], Plot.TextScale) + 24;
            if (left > Left && left + needed > Width)
            {
                (left, top) = (Left, top + Plot.LineHeight);
            }

            var middle = top + (PixelFont.CapitalHeight * Plot.TextScale / 2.0);
            canvas.Line((left + 2, middle), (left + Swatch - 2, middle), 4, Palette.Series[index]);
            canvas.Text(names[index], left + Swatch + 8, top, Plot.TextScale, Palette.Ink);
            left += needed;
        }

        return top + Plot.LineHeight;
    }
}
