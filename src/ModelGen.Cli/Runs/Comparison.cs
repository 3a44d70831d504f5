using ModelGen.Files;
using ModelGen.Runs;

namespace ModelGen.Cli.Runs;

/// <summary>Several runs side by side.</summary>
internal sealed class Comparison
{
    private const string Objective = "objective";
    private const string Spec = "spec";

    /// <summary>Compares runs.</summary>
    /// <exception cref="ModelGenException">A run is given twice, or its manifest cannot be read.</exception>
    public Comparison(IReadOnlyList<RecordedRun> runs)
    {
        foreach (var same in runs.GroupBy(static run => RealPath.Of(run.Folder)).Where(static same => same.Count() > 1))
        {
            throw new ModelGenException($"The run '{same.Last().Folder}' is given twice.");
        }

        foreach (var damaged in runs.Where(static run => run.Manifest is null))
        {
            throw new ModelGenException($"The run '{damaged.Folder}' cannot be compared: {damaged.Problems[0]}");
        }

        Runs = runs;
        Names = ShortNames([.. runs.Select(static run => Path.TrimEndingDirectorySeparator(Path.GetFullPath(run.Folder)))]);
        Settings = [.. Differing(static run => run.Manifest!.Settings).OrderBy(static setting => setting.Name, StringComparer.Ordinal)];
        Environment = Differing(OfSessions);
        Measures =
        [
            .. Of("metrics", LastMetrics),
            .. Of("evaluation", static run => run.Evaluation?.Figures ?? new Dictionary<string, double>()),
        ];
    }

    /// <summary>The runs.</summary>
    public IReadOnlyList<RecordedRun> Runs { get; }

    /// <summary>What each run is called: its path without what all have in common.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The settings that differ.</summary>
    public IReadOnlyList<Difference> Settings { get; }

    /// <summary>What the runs ran on, where it differs, and their specs.</summary>
    public IReadOnlyList<Difference> Environment { get; }

    /// <summary>All measures, those of the training first.</summary>
    public IReadOnlyList<Measure> Measures { get; }

    private static IReadOnlyList<string> ShortNames(IReadOnlyList<string> paths)
    {
        var parts = paths.Select(static path => path.Split(Path.DirectorySeparatorChar)).ToList();
        var common = 0;
        while (parts.All(path => path.Length > common + 1 && path[common] == parts[0][common]))
        {
            common++;
        }

        return [.. parts.Select(path => string.Join('/', path[common..]))];
    }

    private List<Difference> Differing(Func<RecordedRun, IReadOnlyDictionary<string, string>> valuesOf) =>
        [
            .. ByName(valuesOf)
                .Where(static row => row.Values.Distinct().Count() > 1)
                .Select(static row => new Difference(row.Name, row.Values)),
        ];

    // A value of each run for each name, names in the order in which runs have them.
    private IEnumerable<(string Name, IReadOnlyList<string?> Values)> ByName(
        Func<RecordedRun, IReadOnlyDictionary<string, string>> valuesOf
    )
    {
        var all = Runs.Select(valuesOf).ToList();
        return all.SelectMany(static values => values.Keys)
            .Distinct()
            .Select(name => (name, (IReadOnlyList<string?>)[.. all.Select(values => values.GetValueOrDefault(name))]));
    }

    // A run that was resumed elsewhere has several.
    private static Dictionary<string, string> OfSessions(RecordedRun run)
    {
        var sessions = run.Manifest!.Sessions;
        return sessions
            .SelectMany(static session => session.Environment.Keys)
            .Distinct()
            .ToDictionary(
                static name => name == RunManifest.SpecHash ? Spec : name,
                name => string.Join(", then ", sessions.Select(session => session.Environment.GetValueOrDefault(name, "none")).Distinct())
            );
    }

    private static Dictionary<string, double> LastMetrics(RecordedRun run) =>
        run.Metrics.ToDictionary(static curve => curve.Name, static curve => curve.Points[^1].Value);

    private IEnumerable<Measure> Of(string source, Func<RecordedRun, IReadOnlyDictionary<string, double>> valuesOf)
    {
        var all = Runs.Select(valuesOf).ToList();
        foreach (var name in all.SelectMany(static values => values.Keys).Distinct())
        {
            var values = all.Select(values => values.TryGetValue(name, out var value) ? value : (double?)null).ToList();
            var having = values.Index().Where(static value => value.Item is not null).Select(static value => value.Index).ToList();
            var isLower =
                having.Count > 1
                    ? MeasureDirection.IsLowerBetter(name, Runs[having[0]].Manifest!.Settings.GetValueOrDefault(Objective))
                    : null;
            var isComparable = AreComparable(name, [.. having.Select(index => Runs[index])]);
            yield return new Measure(
                source,
                name,
                values,
                isLower is { } lower && isComparable ? Best(values, lower) : [],
                isLower is not null && !isComparable
            );
        }
    }

    // A loss says something only beside one over the same data, by the same formula; a distance only in the same features.
    private static bool AreComparable(string name, IReadOnlyList<RecordedRun> runs) =>
        runs.Select(run => MeasureDirection.IsInFeatures(name) ? InFeatures(run) : InTraining(run)).Distinct().Count() == 1;

    private static string InTraining(RecordedRun run) =>
        string.Join(
            '\n',
            run.Manifest!.Settings.Where(static entry => IsOfLoss(entry.Key)).Select(static entry => $"{entry.Key} {entry.Value}")
        );

    private static bool IsOfLoss(string name) => name is "data" or Objective || name.StartsWith(Objective + ".", StringComparison.Ordinal);

    private static string InFeatures(RecordedRun run) =>
        run.Evaluation is { Extractor: { } extractor, Counts: var counts }
            ? $"{extractor} {counts.GetValueOrDefault("generated")} {counts.GetValueOrDefault("held_out")}"
            : run.Folder;

    private static List<int> Best(IReadOnlyList<double?> values, bool isLower)
    {
        var finite = values.OfType<double>().Where(static value => !double.IsNaN(value)).ToList();
        if (finite.Count == 0)
        {
            return [];
        }

        var best = isLower ? finite.Min() : finite.Max();
        return values.All(value => value is null || value == best)
            ? []
            : [.. values.Index().Where(value => value.Item == best).Select(static value => value.Index)];
    }
}
