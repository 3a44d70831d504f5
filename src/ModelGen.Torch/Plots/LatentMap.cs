using SixLabors.ImageSharp.PixelFormats;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Plots;

/// <summary>
/// A scatter plot of points in a plane, such as two-dimensional latents, coloured by class, as a PNG file with equally scaled axes and a
/// legend.
/// </summary>
public static class LatentMap
{
    private const int Size = 640;
    private const int Side = 24;
    private const int Left = 100;
    private const int Below = 72;
    private const double Radius = 3.2;
    private static readonly int Shapes = Enum.GetValues<MarkShape>().Length;

    /// <summary>
    /// Draws points. Each of the first 32 classes has its own combination of colour and shape, the others share grey; points that are not
    /// finite are omitted and counted below the plot. An existing file is replaced atomically; missing folders are created.
    /// </summary>
    /// <param name="path">The PNG file.</param>
    /// <param name="points">Floating-point [count, 2]: x and y. On any device; not disposed.</param>
    /// <param name="labels">Int64 [count]: the class of each point; null for a single colour.</param>
    /// <param name="classes">The class names in label order; null for the labels themselves. Printable ASCII; other characters appear as
    /// boxes.</param>
    /// <param name="xTitle">The title of the x axis, shown below it. Printable ASCII.</param>
    /// <param name="yTitle">The title of the y axis, shown above it. Printable ASCII.</param>
    /// <exception cref="ArgumentException">A tensor has another dtype or shape, or a label is negative or has no name.</exception>
    /// <exception cref="ModelGenException">The file cannot be written.</exception>
    public static void Write(
        string path,
        Tensor points,
        Tensor? labels = null,
        IReadOnlyList<string>? classes = null,
        string xTitle = "latent 1",
        string yTitle = "latent 2"
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(xTitle);
        ArgumentNullException.ThrowIfNull(yTitle);
        if (!points.is_floating_point() || points.dim() != 2 || points.size(1) != 2)
        {
            throw new ArgumentException(
                $"Points must be floating-point [count, 2], not {points.dtype} [{string.Join(", ", points.shape)}].",
                nameof(points)
            );
        }

        if (labels is not null && (labels.dtype != ScalarType.Int64 || labels.dim() != 1 || labels.size(0) != points.size(0)))
        {
            throw new ArgumentException(
                $"Labels must be Int64 [{points.size(0)}], one per point, not {labels.dtype} [{string.Join(", ", labels.shape)}].",
                nameof(labels)
            );
        }

        var classOf = labels is null ? null : Values<long>(labels, ScalarType.Int64);
        var names = Names(classOf, classes);
        Draw(Values<double>(points, ScalarType.Float64), classOf, names, xTitle, yTitle).Save(path);
    }

    /// <summary>The image that <see cref="Write"/> writes.</summary>
    internal static Canvas Draw(double[] points, long[]? classOf, IReadOnlyList<string> names, string xTitle = "", string yTitle = "")
    {
        var distinct = Palette.Series.Count * Shapes;
        IReadOnlyList<string> legend = names.Count > distinct ? [.. names.Take(distinct), "others"] : names;
        var legendWidth = legend.Count == 0 ? 0 : legend.Max(static name => PixelFont.Measure(name, Plot.TextScale)) + 40;
        var area = new PixelArea(Left, Plot.LineHeight + Side, Size, Size);
        var canvas = new Canvas(
            area.Left + area.Width + legendWidth + Side,
            Math.Max(area.Top + area.Height + Below, area.Top + (legend.Count * Plot.LineHeight) + Side),
            Palette.Paper
        );

        var finite = Enumerable
            .Range(0, points.Length / 2)
            .Where(index => double.IsFinite(points[2 * index]) && double.IsFinite(points[(2 * index) + 1]))
            .ToArray();
        var (x, y) = Axes(Array.ConvertAll(finite, index => points[2 * index]), Array.ConvertAll(finite, index => points[(2 * index) + 1]));
        var plot = new Plot(canvas, area, x, y);
        plot.DrawFrame(xTitle, yTitle);
        foreach (var index in finite)
        {
            DrawMark(canvas, plot.Place(points[2 * index], points[(2 * index) + 1]), Radius, (int)Math.Min(classOf?[index] ?? 0, distinct));
        }

        for (var index = 0; index < legend.Count; index++)
        {
            var top = area.Top + (index * Plot.LineHeight);
            DrawMark(canvas, (area.Left + area.Width + 20, top + (PixelFont.CapitalHeight * Plot.TextScale / 2.0)), 5, index);
            canvas.Text(legend[index], area.Left + area.Width + 34, top, Plot.TextScale, Palette.Ink);
        }

        var lost = (points.Length / 2) - finite.Length;
        if (lost > 0)
        {
            canvas.Text($"{lost} not finite", area.Left, area.Top + area.Height + Below - Plot.LineHeight, Plot.TextScale, Palette.Ink);
        }

        return canvas;
    }

    /// <summary>A rim in the paper colour separates neighbouring marks; yellow needs a grey one to be visible on the background.</summary>
    private static void DrawMark(Canvas canvas, (double X, double Y) at, double radius, int label)
    {
        var distinct = Palette.Series.Count * Shapes;
        var colour = label < distinct ? Palette.Series[label % Palette.Series.Count] : Palette.Other;
        var shape = label < distinct ? (MarkShape)(label / Palette.Series.Count) : MarkShape.Disc;
        var isPale = colour == Palette.Series[^1];
        canvas.Mark(at, radius + 0.9, shape, isPale ? Palette.Other : Palette.Paper);
        canvas.Mark(at, radius, shape, colour);
    }

    /// <summary>The same scale for both axes, so that distances are comparable.</summary>
    private static (Axis X, Axis Y) Axes(double[] xs, double[] ys)
    {
        var (x, y) = (Axis.Linear(xs, 0.04), Axis.Linear(ys, 0.04));
        var reach = Math.Max(x.Most - x.Least, y.Most - y.Least) / 2;
        return (Around(x), Around(y));

        Axis Around(Axis axis) => Axis.Between(((axis.Least + axis.Most) / 2) - reach, ((axis.Least + axis.Most) / 2) + reach);
    }

    private static IReadOnlyList<string> Names(long[]? classOf, IReadOnlyList<string>? classes)
    {
        if (classOf is null && classes is not null)
        {
            throw new ArgumentException("Class names need labels; pass one per point.", nameof(classes));
        }

        if (classOf is null || classOf.Length == 0)
        {
            return classes ?? [];
        }

        var (least, most) = (classOf.Min(), classOf.Max());
        if (least < 0 || (classes is not null && most >= classes.Count))
        {
            throw new ArgumentException(
                $"The label {(least < 0 ? least : most)} is not a "
                    + $"class{(classes is null ? "" : $" of the {classes.Count} that have names")}; labels start at 0.",
                nameof(classOf)
            );
        }

        return classes
            ?? [.. Enumerable.Range(0, (int)Math.Min(most + 1, (Palette.Series.Count * Shapes) + 1)).Select(static label => $"{label}")];
    }

    private static T[] Values<T>(Tensor tensor, ScalarType type)
        where T : unmanaged
    {
        using var scope = NewDisposeScope();
        return tensor.detach().cpu().to(type).contiguous().data<T>().ToArray();
    }
}
