using System.Globalization;
using ModelGen.Plots;

namespace ModelGen.Runs;

/// <summary>Plots the losses of a learning rate range test, with a line at the suggested rate, as a PNG file of 900 × 560 pixels.</summary>
internal static class LearningRatePlot
{
    private const int Width = 900;
    private const int Height = 560;
    private const int Side = 24;
    private const int Left = 110;
    private const int Below = 72;
    private const double Thickness = 2;

    /// <summary>Draws the plot. An existing file is replaced atomically; missing folders are created.</summary>
    /// <param name="path">The PNG file.</param>
    /// <param name="range">The result, with at least one point.</param>
    /// <exception cref="ModelGenException">The file cannot be written.</exception>
    public static void Write(string path, LearningRateRange range) => Draw(range).Save(path);

    /// <summary>The image that <see cref="Write"/> writes.</summary>
    internal static Canvas Draw(LearningRateRange range)
    {
        var canvas = new Canvas(Width, Height, Palette.Paper);
        string[] names = ["loss", "smoothed loss"];
        if (range.Suggestion is { } found)
        {
            names = [.. names, string.Create(CultureInfo.InvariantCulture, $"suggestion {found:G3}")];
        }

        var top = Curves.DrawLegend(canvas, names) + Plot.LineHeight + 4;
        var least = range.Points.MinBy(static point => point.SmoothedLoss).LearningRate;

        // The diverging losses would leave no room for those before them.
        var shown = range.Points.Where(point => point.LearningRate <= least).ToArray();
        var losses = Axis.Linear([.. shown.Select(static point => point.Loss), .. shown.Select(static point => point.SmoothedLoss)], 0.15);
        var plot = new Plot(
            canvas,
            new PixelArea(Left, top, Width - Left - Side, Height - top - Below),
            Axis.Logarithmic([.. range.Points.Select(static point => point.LearningRate)], 0.02),
            losses
        );
        plot.DrawFrame("learning rate", "loss");
        DrawLine(static point => point.Loss, 0);
        DrawLine(static point => point.SmoothedLoss, 1);
        if (range.Suggestion is { } suggestion)
        {
            var (x, _) = plot.Place(suggestion, 0);
            canvas.Line((x, top), (x, top + plot.Area.Height), Thickness, Palette.Series[2], plot.Area);
        }

        return canvas;

        void DrawLine(Func<LearningRatePoint, double> value, int series)
        {
            for (var i = 1; i < range.Points.Count; i++)
            {
                canvas.Line(
                    PlaceOf(range.Points[i - 1], value),
                    PlaceOf(range.Points[i], value),
                    Thickness,
                    Palette.Series[series],
                    plot.Area
                );
            }
        }

        // Values far outside the frame are clamped: they stay outside, but the arithmetic stays finite.
        (double X, double Y) PlaceOf(LearningRatePoint point, Func<LearningRatePoint, double> value)
        {
            var room = losses.Most - losses.Least;
            return plot.Place(point.LearningRate, Math.Clamp(value(point), losses.Least - room, losses.Most + room));
        }
    }
}
