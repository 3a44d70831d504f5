namespace ModelGen.Cli.Tables;

/// <summary>A curve of a few characters.</summary>
internal static class Sparkline
{
    private const string Blocks = "▁▂▃▄▅▆▇█";
    private const string Ascii = "_.-=+*#@";
    private const char None = ' ';

    /// <summary>Draws a curve from its lowest to its highest value.</summary>
    /// <param name="points">The values in step order.</param>
    /// <param name="width">The most characters. Each stands for an equal part of the steps, and for the mean of the values there.</param>
    /// <param name="isUnicode">Whether to use block characters.</param>
    /// <returns>The line, with <c>!</c> where a value is NaN or infinite, and a space where there is none.</returns>
    public static string Draw(IReadOnlyList<(long Step, double Value)> points, int width, bool isUnicode)
    {
        if (points.Count == 0)
        {
            return "";
        }

        var (first, last) = (points.Min(static point => point.Step), points.Max(static point => point.Step));
        var parts = Math.Min(width, points.Count);
        var means = new double?[parts];
        foreach (var part in points.GroupBy(point => PartOf(point.Step)))
        {
            means[part.Key] = part.Average(static point => point.Value);
        }

        var finite = means.OfType<double>().Where(double.IsFinite).ToList();
        var (least, most) = finite.Count > 0 ? (finite.Min(), finite.Max()) : (0, 0);
        return string.Concat(means.Select(mean => Character(mean, least, most, isUnicode ? Blocks : Ascii)));

        int PartOf(long step) => Math.Min(parts - 1, (int)(((double)step - first) / ((double)last - first + 1) * parts));
    }

    private static char Character(double? mean, double least, double most, string levels) =>
        mean is not { } value ? None
        : !double.IsFinite(value) ? '!'
        : levels[most > least ? (int)Math.Round((value - least) / (most - least) * (levels.Length - 1)) : 0];
}
