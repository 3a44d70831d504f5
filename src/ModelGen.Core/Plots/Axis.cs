using System.Globalization;

namespace ModelGen.Plots;

/// <summary>The scale of a plot axis: maps values to positions and places the ticks.</summary>
internal sealed class Axis
{
    private readonly bool _logarithmic;
    private readonly double _leastStep;

    private Axis(double least, double most, bool logarithmic, double leastStep = 0)
    {
        Least = least;
        Most = most;
        _logarithmic = logarithmic;
        _leastStep = leastStep;
    }

    public double Least { get; }

    public double Most { get; }

    /// <summary>A linear axis over some values, with a margin at both ends as a fraction of their range.</summary>
    public static Axis Linear(IReadOnlyCollection<double> values, double margin)
    {
        var (least, most) = Ends(values, 0, 1);
        if (least == most)
        {
            var room = Math.Max(1e-9, Math.Abs(least) / 2);
            return new Axis(least - room, most + room, false);
        }

        var spare = margin * (most - least);
        return new Axis(least - spare, most + spare, false);
    }

    /// <summary>A linear axis over whole numbers, from the least to the greatest, with whole ticks.</summary>
    public static Axis Whole(IReadOnlyCollection<double> values)
    {
        var (least, most) = Ends(values, 0, 1);
        return new Axis(least, Math.Max(most, least + 1), false, 1);
    }

    /// <summary>A linear axis between two ends.</summary>
    public static Axis Between(double least, double most) => new(least, most, false);

    /// <summary>A logarithmic axis over some values above zero, with a margin at both ends as a fraction of their range.</summary>
    public static Axis Logarithmic(IReadOnlyCollection<double> values, double margin)
    {
        var (least, most) = Ends(values, 0.1, 1);
        var spare = least == most ? 2 : Math.Pow(most / least, margin);
        return new Axis(Math.Max(least / spare, double.Epsilon), Math.Min(most * spare, double.MaxValue), true);
    }

    /// <summary>The position of a value: 0 at the lower end, 1 at the upper.</summary>
    public double Position(double value) =>
        _logarithmic ? (Math.Log(value) - Math.Log(Least)) / (Math.Log(Most) - Math.Log(Least)) : (value - Least) / (Most - Least);

    /// <summary>Round values inside the axis, about as many as requested, with their labels.</summary>
    public IReadOnlyList<(double Value, string Text)> Ticks(int about)
    {
        if (_logarithmic)
        {
            foreach (var factors in new double[][] { [1], [1, 2, 5] })
            {
                var ticks = Decades(factors).ToArray();
                if (ticks.Length >= 3)
                {
                    return [.. Thinned(ticks, about).Select(static value => (value, Format(value, value)))];
                }
            }
        }

        var step = Math.Max(_leastStep, Step((Most - Least) / about));
        var first = Math.Ceiling(Least / step);
        var last = Math.Floor(Most / step);
        return
        [
            .. Enumerable
                .Range(0, (int)(last - first) + 1)
                .Select(index => (first + index) * step)
                .Select(value => (value, Format(value, step))),
        ];
    }

    private static (double Least, double Most) Ends(IReadOnlyCollection<double> values, double leastOfNone, double mostOfNone) =>
        values.Count > 0 ? (values.Min(), values.Max()) : (leastOfNone, mostOfNone);

    private static IEnumerable<double> Thinned(double[] ticks, int about)
    {
        var every = (ticks.Length + about - 1) / about;
        return ticks.Where((_, index) => index % every == 0);
    }

    private IEnumerable<double> Decades(double[] factors) =>
        from power in Enumerable.Range(
            (int)Math.Floor(Math.Log10(Least)),
            (int)Math.Ceiling(Math.Log10(Most)) - (int)Math.Floor(Math.Log10(Least)) + 1
        )
        from factor in factors
        let value = factor * Math.Pow(10, power)
        where value >= Least && value <= Most
        select value;

    /// <summary>The smallest 1, 2 or 5 times a power of ten that is not below a length.</summary>
    private static double Step(double length)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(length)));
        return (length / power) switch
        {
            <= 1 => power,
            <= 2 => 2 * power,
            <= 5 => 5 * power,
            _ => 10 * power,
        };
    }

    private static string Format(double value, double step)
    {
        if (Math.Abs(value) < step / 2)
        {
            return "0";
        }

        var power = (int)Math.Floor(Math.Log10(step) + 1e-9);
        if (Math.Abs(value) is < 1e-3 or >= 1e6)
        {
            var digits = Math.Clamp((int)Math.Floor(Math.Log10(Math.Abs(value))) - power, 0, 15);
            return value.ToString($"0.{new string('#', digits)}e0", CultureInfo.InvariantCulture);
        }

        return value.ToString($"F{Math.Clamp(-power, 0, 15)}", CultureInfo.InvariantCulture);
    }
}
