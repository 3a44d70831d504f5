using System.Diagnostics;
using System.Globalization;
using ModelGen.Native;

namespace ModelGen.Benchmarks;

/// <summary>What both sides took, pair by pair: <c>ours=… baseline=… ratio=…  # pairs and spread</c>.</summary>
/// <param name="Pairs">The two figures of each pair, measured one right after the other.</param>
/// <param name="Format">A figure with its unit.</param>
internal sealed record Comparison(IReadOnlyList<(double Ours, double Baseline)> Pairs, Func<double, string> Format)
{
    /// <summary>
    /// Times two actions in turns, so that what else the machine does meets both alike; which goes first changes from pair to pair.
    /// </summary>
    /// <param name="ours">Our side.</param>
    /// <param name="baseline">What it is compared with.</param>
    /// <param name="warmUps">How many pairs go before those that count.</param>
    /// <param name="pairs">How many pairs count.</param>
    /// <param name="repetitions">How often each side runs within a pair; the times are those of one repetition.</param>
    /// <returns>The times in seconds.</returns>
    public static Comparison Time(Action ours, Action baseline, int warmUps, int pairs, int repetitions = 1)
    {
        var times = new List<(double, double)>();
        for (var pair = -warmUps; pair < pairs; pair++)
        {
            double oursTime,
                baselineTime;
            if (pair % 2 == 0)
            {
                oursTime = Seconds(ours, repetitions);
                baselineTime = BaselineSeconds(baseline, repetitions);
            }
            else
            {
                baselineTime = BaselineSeconds(baseline, repetitions);
                oursTime = Seconds(ours, repetitions);
            }

            if (pair >= 0)
            {
                times.Add((oursTime, baselineTime));
            }
        }

        return new Comparison(times, static seconds => seconds < 0.001 ? Number(seconds * 1e6, "us") : Number(seconds * 1e3, "ms"));
    }

    /// <summary>The same for one of as many things as each repetition does.</summary>
    public Comparison Per(int count) => this with { Pairs = [.. Pairs.Select(pair => (pair.Ours / count, pair.Baseline / count))] };

    /// <summary>A figure with four digits and its unit.</summary>
    public static string Number(double value, string unit) =>
        value.ToString(value >= 1000 ? "F0" : "G4", CultureInfo.InvariantCulture) + unit;

    /// <inheritdoc/>
    public override string ToString()
    {
        var ours = Quantile(Pairs.Select(static pair => pair.Ours), 0.5);
        var baseline = Quantile(Pairs.Select(static pair => pair.Baseline), 0.5);
        var ratios = Pairs.Select(static pair => pair.Ours / pair.Baseline).ToArray();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"ours={Format(ours)} baseline={Format(baseline)} ratio={ours / baseline:F3}  # {Pairs.Count} pairs; their ratios: "
                + $"median {Quantile(ratios, 0.5):F3}, middle half {Quantile(ratios, 0.25):F3} to {Quantile(ratios, 0.75):F3}"
        );
    }

    private static double Quantile(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }

    // A program without ModelGen has libtorch's own products of matrices.
    private static double BaselineSeconds(Action action, int repetitions)
    {
        using var forced = ProductKernels.Force(ProductKernel.Libtorch);
        return Seconds(action, repetitions);
    }

    private static double Seconds(Action action, int repetitions)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < repetitions; i++)
        {
            action();
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds / repetitions;
    }
}
