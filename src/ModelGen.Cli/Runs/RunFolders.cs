using ModelGen.Files;
using ModelGen.Runs;

namespace ModelGen.Cli.Runs;

/// <summary>Finds runs.</summary>
internal static class RunFolders
{
    private const string None = "no folder there has a manifest.json of a run";

    // Where builds put copies.
    private static readonly string[] Ignored = ["bin", "obj", "node_modules"];

    // What a run writes, without further runs.
    private static readonly string[] OfRuns = [RunFiles.Checkpoints, RunFiles.Samples, RunFiles.Events];

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = FileAttributes.System, IgnoreInaccessible = false };

    /// <summary>The run of a folder.</summary>
    /// <exception cref="ModelGenException">There is no folder, or it has no run.</exception>
    public static RecordedRun Read(string folder)
    {
        Check(folder);
        return RecordedRun.Read(folder)
            ?? throw new ModelGenException(
                File.Exists(Path.Combine(folder, RunFiles.Manifest))
                    ? $"The folder '{folder}' has no run, or a damaged one: its {RunFiles.Manifest} is none of a run, and there is nothing "
                        + "else that a run writes."
                    : $"The folder '{folder}' has no run: it has no {RunFiles.Manifest} of one; 'modelgen runs' lists runs."
            );
    }

    /// <summary>The runs in a folder and below it, the newest first, each with those that it has moved aside after it.</summary>
    /// <returns>The runs, and what is wrong with folders that cannot be read, each a sentence.</returns>
    /// <exception cref="ModelGenException">There is no folder, it cannot be read, or it has no run.</exception>
    public static (IReadOnlyList<RecordedRun> Runs, IReadOnlyList<string> Problems) Find(string folder)
    {
        Check(folder);
        var (found, problems) = (new List<RecordedRun>(), new List<string>());
        Visit(Path.TrimEndingDirectorySeparator(folder), found, problems, []);
        if (found.Count == 0)
        {
            throw new ModelGenException(problems.FirstOrDefault() ?? $"The folder '{folder}' has no run: {None}.");
        }

        var paths = found.Select(static run => run.Folder).ToHashSet();
        var groups = found.ToLookup(run =>
            IsMovedAside(run.Folder) && Parent(run.Folder) is { } parent && paths.Contains(parent) ? parent : ""
        );
        return ([.. InOrder("")], problems);

        IEnumerable<RecordedRun> InOrder(string parent) =>
            groups[parent]
                .OrderByDescending(static run => run.Started ?? DateTime.MinValue)
                .ThenBy(static run => run.Folder, StringComparer.Ordinal)
                .SelectMany(run => InOrder(run.Folder).Prepend(run));
    }

    private static void Check(string folder)
    {
        if (File.Exists(folder))
        {
            throw new ModelGenException($"'{folder}' is a file, not the folder of a run, or of several.");
        }

        if (!Directory.Exists(folder))
        {
            throw new ModelGenException($"There is no folder '{folder}'.");
        }
    }

    private static void Visit(string folder, List<RecordedRun> found, List<string> problems, HashSet<string> visited)
    {
        IReadOnlyList<string> below;
        try
        {
            // Links may lead in a circle, or to a run twice.
            if (!visited.Add(RealPath.Of(folder)))
            {
                return;
            }

            var run = RecordedRun.Read(folder);
            if (run is not null)
            {
                found.Add(run);
            }

            below = Below(folder, run is not null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problems.Add($"The folder '{folder}' cannot be read: {exception.Message}");
            return;
        }

        foreach (var inner in below)
        {
            Visit(inner, found, problems, visited);
        }
    }

    // Links last: a run is shown where it is.
    private static IReadOnlyList<string> Below(string folder, bool isRun) =>
        [
            .. new DirectoryInfo(folder)
                .EnumerateDirectories("*", Everything)
                .Where(below => !below.Name.StartsWith('.') && !Ignored.Contains(below.Name) && !(isRun && OfRuns.Contains(below.Name)))
                .OrderBy(static below => below.LinkTarget is not null)
                .ThenBy(static below => below.Name, StringComparer.Ordinal)
                .Select(below => folder == "." ? below.Name : Path.Combine(folder, below.Name)),
        ];

    // See RunFolder.MoveEarlierRunAside.
    private static bool IsMovedAside(string folder) => Path.GetFileName(folder).StartsWith("earlier-", StringComparison.Ordinal);

    private static string? Parent(string folder) => Path.GetDirectoryName(folder) is { Length: > 0 } parent ? parent : ".";
}
