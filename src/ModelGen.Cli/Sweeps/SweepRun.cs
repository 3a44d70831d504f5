using ModelGen.RandomNumbers;

namespace ModelGen.Cli.Sweeps;

/// <summary>One run of a sweep.</summary>
/// <param name="Name">What it is called, which is also its folder: the values by which it differs.</param>
/// <param name="Settings">The keys that it sets.</param>
internal sealed record SweepRun(string Name, IReadOnlyList<string> Settings)
{
    // More than anyone waits for.
    private const int Most = 1000;

    // File systems allow 255 bytes.
    private const int LongestName = 120;

    private const string OneOfAll = "run";

    /// <summary>Every combination of the values.</summary>
    /// <exception cref="ModelGenException">There are too many, or an axis is a range.</exception>
    public static IReadOnlyList<SweepRun> Grid(IReadOnlyList<SweepAxis> axes)
    {
        if (axes.FirstOrDefault(static axis => axis.IsRange) is { } range)
        {
            throw new ModelGenException($"{range.Key} has a range, of which runs can only be drawn: add --random N, or list its values.");
        }

        if (axes.Aggregate(1L, static (count, axis) => Math.Min(count * axis.Values.Count, Most + 1L)) > Most)
        {
            throw new ModelGenException($"These are more than {Most} combinations; list fewer values, or draw some with --random N.");
        }

        IEnumerable<IReadOnlyList<string>> combinations =
        [
            [],
        ];
        foreach (var axis in axes)
        {
            combinations = combinations
                .SelectMany(chosen => axis.Values.Select(value => (IReadOnlyList<string>)[.. chosen, value]))
                .ToList();
        }

        return Named(axes, combinations);
    }

    /// <summary>Combinations that are drawn at random, the same for the same seed.</summary>
    /// <param name="axes">The keys.</param>
    /// <param name="count">How many to draw; those that are drawn twice count once.</param>
    /// <param name="seed">The seed.</param>
    public static IReadOnlyList<SweepRun> Random(IReadOnlyList<SweepAxis> axes, int count, ulong seed) =>
        Named(
            axes,
            Enumerable
                .Range(0, count)
                .Select(run =>
                    (IReadOnlyList<string>)
                        [
                            .. axes.Select(
                                (axis, index) =>
                                    axis.At(
                                        CounterRandom.Uniform(
                                            seed,
                                            CounterRandom.Stream.Sweep,
                                            ((ulong)run * (ulong)axes.Count) + (ulong)index
                                        )
                                    )
                            ),
                        ]
                )
        );

    private static List<SweepRun> Named(IReadOnlyList<SweepAxis> axes, IEnumerable<IReadOnlyList<string>> combinations)
    {
        // A key with one value is the same in all runs.
        var telling = axes.Index().Where(static axis => axis.Item.IsRange || axis.Item.Values.Count > 1).ToList();
        var isShort = telling.Select(static axis => Last(axis.Item.Key)).Distinct().Count() == telling.Count;
        return
        [
            .. combinations
                .Select(values => new SweepRun(
                    NameOf(telling.Select(axis => (isShort ? Last(axis.Item.Key) : axis.Item.Key, values[axis.Index]))),
                    [.. axes.Select((axis, index) => $"{axis.Key}={values[index]}")]
                ))
                .DistinctBy(static run => run.Name),
        ];
    }

    // What differs only in signs that no file name may have gets the same name; a hash tells such apart.
    private static string NameOf(IEnumerable<(string Key, string Value)> values)
    {
        var name = string.Join(' ', values.Select(static each => $"{each.Key}={each.Value}"));
        if (name.Length == 0)
        {
            return OneOfAll;
        }

        var safe = string.Concat(
            name.Select(static character =>
                char.IsLetterOrDigit(character) || character is '=' or '.' or '-' or '+' or '_' ? character
                : character == ' ' ? '_'
                : '-'
            )
        );
        return safe.Replace('_', ' ') == name && safe.Length <= LongestName
            ? safe
            : $"{safe[..Math.Min(safe.Length, LongestName)]}~{Hash(name)}";
    }

    private static string Hash(string text) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)))[..6];

    private static string Last(string key) => key.Split('.')[^1];
}
