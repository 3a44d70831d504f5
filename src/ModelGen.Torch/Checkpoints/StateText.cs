using System.Globalization;

namespace ModelGen.Checkpoints;

/// <summary>The texts of an <see cref="IRunState"/>.</summary>
internal static class StateText
{
    /// <summary>A number as a text that gives it back to the bit.</summary>
    public static string Of(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A whole number as a text.</summary>
    public static string Of(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The number of a name.</summary>
    /// <exception cref="ModelGenException">There is none.</exception>
    public static double Number(IReadOnlyDictionary<string, string> texts, string name) =>
        texts.TryGetValue(name, out var text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw Missing(name);

    /// <summary>The whole number of a name.</summary>
    /// <exception cref="ModelGenException">There is none.</exception>
    public static long Whole(IReadOnlyDictionary<string, string> texts, string name) =>
        texts.TryGetValue(name, out var text)
        && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw Missing(name);

    private static ModelGenException Missing(string name) => new($"its '{name}' is missing or not a number");
}
