using System.Globalization;
using ModelGen.Cli.Specs;

namespace ModelGen.Cli.Sweeps;

/// <summary>A key that differs between the runs of a sweep, with its values or the range that they are drawn from.</summary>
internal sealed class SweepAxis
{
    private const string Between = "..";

    // From this factor on, each order of magnitude is as likely as the next.
    private const double WideRange = 10;

    private readonly (double Low, double High, bool IsWhole)? _range;

    private SweepAxis(string key, IReadOnlyList<string> values, (double Low, double High, bool IsWhole)? range)
    {
        Key = key;
        Values = values;
        _range = range;
    }

    /// <summary>The path of the key.</summary>
    public string Key { get; }

    /// <summary>Its values, as written; none where they are drawn from a range.</summary>
    public IReadOnlyList<string> Values { get; }

    /// <summary>Whether the values are drawn from a range.</summary>
    public bool IsRange => _range is not null;

    /// <summary>Reads <c>KEY=A,B,C</c> or <c>KEY=LOW..HIGH</c>.</summary>
    /// <exception cref="ModelGenException">It is neither.</exception>
    public static SweepAxis Parse(string written)
    {
        var equals = written.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            throw new ModelGenException(
                $"'{Setting.Option} {written}' sets nothing; write a key and its values, as in {Setting.Option} training.batch=16,32,64."
            );
        }

        var (key, rest) = (written[..equals].Trim(), written[(equals + 1)..]);
        if (rest.Split(Between) is [var low, var high] && Number(low) is { } least && Number(high) is { } most)
        {
            return least < most
                ? new SweepAxis(key, [], (least, most, IsWhole(low) && IsWhole(high)))
                : throw new ModelGenException($"'{Setting.Option} {written}' is an empty range: {low} is not below {high}.");
        }

        var values = Split(rest);
        return values.FirstOrDefault(static value => value.Length == 0) is null
            ? new SweepAxis(key, values, null)
            : throw new ModelGenException($"'{Setting.Option} {written}' has an empty value; write the values with single commas between.");
    }

    /// <summary>The value at a share of the way from the first to the last.</summary>
    /// <param name="share">The share, from 0 to below 1.</param>
    public string At(double share)
    {
        if (_range is not { } range)
        {
            return Values[(int)(share * Values.Count)];
        }

        var (low, high) = (range.Low, range.High);
        var isLogarithmic = low > 0 && high >= WideRange * low;

        // A whole number has as much of the range as each other.
        var end = range.IsWhole ? high + 1 : high;
        var value = isLogarithmic ? low * Math.Pow(end / low, share) : low + (share * (end - low));
        return range.IsWhole
            ? ((long)Math.Min(Math.Floor(value), high)).ToString(CultureInfo.InvariantCulture)
            : Math.Clamp(Math.Round(value, Decimals(value, high - low)), low, high).ToString(CultureInfo.InvariantCulture);
    }

    // Three digits of the value, or as many as tell a thousandth of a narrow range.
    private static int Decimals(double value, double width) =>
        Math.Clamp(3 - (int)Math.Ceiling(Math.Log10(Math.Min(Math.Abs(value) is var size && size > 0 ? size : width, width))), 0, 15);

    // At commas outside of brackets and quotes, which belong to values in YAML.
    private static List<string> Split(string text)
    {
        var values = new List<string>();
        var (start, depth, quote) = (0, 0, '\0');
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            if (quote != '\0')
            {
                quote = character == quote ? '\0' : quote;
            }
            else if (character is '\'' or '"')
            {
                quote = character;
            }
            else if (character is '[' or '{')
            {
                depth++;
            }
            else if (character is ']' or '}')
            {
                depth--;
            }
            else if (character == ',' && depth == 0)
            {
                values.Add(text[start..i].Trim());
                start = i + 1;
            }
        }

        values.Add(text[start..].Trim());
        return values;
    }

    private static double? Number(string text) =>
        double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : null;

    private static bool IsWhole(string text) =>
        long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
}
