using ModelGen.Cli.Specs;
using ModelGen.Runs;

namespace ModelGen.Cli.Runs;

/// <summary>A run, and those whose weights it took.</summary>
/// <param name="Run">The run.</param>
/// <param name="Spec">Its spec; null where it cannot be read.</param>
/// <param name="Sources">The runs whose weights it took, by the folders that it names them by.</param>
internal sealed record ChainedRun(RecordedRun Run, RunSpec? Spec, IReadOnlyList<string> Sources)
{
    /// <summary>Why its spec cannot be read, a sentence; null if it can.</summary>
    public string? Problem { get; private init; }

    /// <summary>The SHA-256 of its newest checkpoint; null where there is none that can be read.</summary>
    public string? Weights { get; private init; }

    /// <summary>The sources that have other weights now than the run took.</summary>
    public IReadOnlyList<string> Changed { get; private init; } = [];

    /// <summary>The sources that are not there.</summary>
    public IReadOnlyList<string> Missing { get; private init; } = [];

    /// <summary>The runs that led to one, each after those that it depends on.</summary>
    /// <param name="folder">The folder of the last.</param>
    /// <exception cref="ModelGenException">There is no run.</exception>
    public static IReadOnlyList<ChainedRun> To(string folder)
    {
        var (runs, visited) = (new List<ChainedRun>(), new HashSet<string>(StringComparer.Ordinal));
        Visit(folder);
        return runs;

        void Visit(string path)
        {
            // A run may have been trained anew, from what it led to.
            if (!visited.Add(Path.GetFullPath(path)))
            {
                return;
            }

            var run = Of(path);
            foreach (var source in run.Sources.Except(run.Missing))
            {
                Visit(source);
            }

            runs.Add(run);
        }
    }

    private static ChainedRun Of(string folder)
    {
        var run = RunFolders.Read(folder);
        var (spec, problem) = Read(folder);
        var start = run.Manifest?.Settings.GetValueOrDefault(RunManifest.StartFolder);
        var folders = spec?.SourceFolders ?? (start is null ? [] : [start]);
        var sources = folders.Distinct().ToList();
        var missing = sources.Where(static source => !RecordedRun.IsIn(source)).ToList();
        var taken = run.Manifest?.Sources ?? [];
        return new ChainedRun(run, spec, sources)
        {
            Problem = problem,
            Weights = RunSource.WeightsIn(folder),
            Missing = missing,
            Changed =
            [
                .. folders
                    .Zip(taken)
                    .Where(pair => !missing.Contains(pair.First) && RunSource.WeightsIn(pair.First) != pair.Second)
                    .Select(static pair => pair.First)
                    .Distinct(),
            ],
        };
    }

    private static (RunSpec? Spec, string? Problem) Read(string folder)
    {
        try
        {
            var spec = RunSpec.OfRun(folder, []);
            return spec.IsSound
                ? (spec, null)
                : (
                    spec,
                    $"The spec of the run in '{folder}' has mistakes for this version of ModelGen:\n{string.Join('\n', spec.Diagnostics)}"
                );
        }
        catch (ModelGenException exception)
        {
            return (null, $"The spec of the run in '{folder}' cannot be read: {exception.Message}");
        }
    }
}
