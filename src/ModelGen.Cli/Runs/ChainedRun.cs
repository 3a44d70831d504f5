using ModelGen.Checkpoints;
using ModelGen.Cli.Specs;
using ModelGen.Runs;

namespace ModelGen.Cli.Runs;

/// <summary>A run, and those whose weights it took.</summary>
/// <param name="Run">The run.</param>
/// <param name="Spec">Its spec; null where its folder keeps none, as that of a program whose models are classes.</param>
/// <param name="Sources">The runs whose weights it took, by the folders that it names them by.</param>
internal sealed record ChainedRun(RecordedRun Run, RunSpec? Spec, IReadOnlyList<string> Sources)
{
    private const string StartFolder = "fine-tuning.start.folder";
    private const string StartHash = "start";

    /// <summary>The SHA-256 of its newest checkpoint; null where there is none that can be read.</summary>
    public string? Weights { get; private init; }

    /// <summary>The SHA-256 of the checkpoint that it started from; null where it started from none.</summary>
    public string? StartedFrom => Run.Manifest?.Settings.GetValueOrDefault(StartHash);

    /// <summary>The runs that led to one, each after those that it depends on, and the folders among them that are gone.</summary>
    /// <param name="folder">The folder of the last.</param>
    /// <exception cref="ModelGenException">There is no run.</exception>
    public static (IReadOnlyList<ChainedRun> Runs, IReadOnlyList<string> Missing) To(string folder)
    {
        var (runs, missing, visited) = (new List<ChainedRun>(), new List<string>(), new HashSet<string>(StringComparer.Ordinal));
        Visit(folder);
        return (runs, missing);

        void Visit(string path)
        {
            // A run may have been trained anew, from what it led to.
            if (!visited.Add(Path.GetFullPath(path)))
            {
                return;
            }

            var run = Of(path);
            foreach (var source in run.Sources)
            {
                if (RecordedRun.IsIn(source))
                {
                    Visit(source);
                }
                else if (!missing.Contains(source))
                {
                    missing.Add(source);
                }
            }

            runs.Add(run);
        }
    }

    private static ChainedRun Of(string folder)
    {
        var run = RunFolders.Read(folder);
        RunSpec? spec;
        try
        {
            spec = RunSpec.OfRun(folder, []);
        }
        catch (ModelGenException)
        {
            spec = null;
        }

        var sources = spec?.Sources.Select(static source => source.Folder) ?? [];
        if (run.Manifest?.Settings.GetValueOrDefault(StartFolder) is { } start)
        {
            sources = sources.Prepend(start);
        }

        return new ChainedRun(run, spec, [.. sources.Distinct()]) { Weights = Hash(folder) };
    }

    private static string? Hash(string folder)
    {
        try
        {
            using var checkpoint = Checkpoint.OpenNewest(Path.Combine(folder, RunFiles.Checkpoints));
            return checkpoint.Hash;
        }
        catch (ModelGenException)
        {
            return null;
        }
    }
}
