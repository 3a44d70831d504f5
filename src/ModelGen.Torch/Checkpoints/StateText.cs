using System.Globalization;

namespace ModelGen.Checkpoints;

/// <summary>Formats and parses the texts of an <see cref="IRunState"/>.</summary>
internal static class StateText
{
    /// <summary>Formats a number so that it round-trips to the bit.</summary>
    public static string Of(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Formats an integer.</summary>
    public static string Of(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Parses the number stored under a name.</summary>
    /// <exception cref="ModelGenException">It is missing or not a number.</exception>
    public static double Number(IReadOnlyDictionary<string, string> texts, string name) =>
        texts.TryGetValue(name, out var text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw Missing(name);

    /// <summary>Parses the integer stored under a name.</summary>
    /// <exception cref="ModelGenException">It is missing or not a number.</exception>
    public static long Whole(IReadOnlyDictionary<string, string> texts, string name) =>
        texts.TryGetValue(name, out var text)
        && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw Missing(name);

    private static ModelGenException Missing(string name) => new($"its '{name}' is missing or not a number");
}
