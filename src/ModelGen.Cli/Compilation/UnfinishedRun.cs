using System.Globalization;
using ModelGen.Cli.Specs;
using ModelGen.Runs;

namespace ModelGen.Cli.Compilation;

/// <summary>A run among several that one command makes, which may have been interrupted before.</summary>
internal static class UnfinishedRun
{
    /// <summary>Makes a run, or what is left of it; one that is finished is not made again.</summary>
    /// <param name="spec">Its spec, without mistakes.</param>
    /// <param name="settings">How it is started, and where it is kept.</param>
    /// <param name="stop">Stops it.</param>
    /// <returns>Whether it is finished; false where it was stopped.</returns>
    /// <exception cref="ModelGenException">It cannot go on.</exception>
    public static bool Execute(RunSpec spec, RunSettings settings, CancellationToken stop)
    {
        var earlier = RecordedRun.Read(settings.Folder);
        using var copies = new SpecCopies(spec);
        settings = copies.For(settings);
        var isSame = IsSame(spec, settings, earlier);
        if (isSame && earlier is { State: RunState.Finished or RunState.StoppedEarly })
        {
            Console.WriteLine("finished before");
            return true;
        }

        var isResumed = isSame && Directory.Exists(Path.Combine(settings.Folder, RunFiles.Checkpoints));
        return RunAssembly.Load(spec).Run.Execute(settings with { IsResumed = isResumed }, stop);
    }

    // Whether the run in the folder was made of the same files, from the same seed and the same weights of other runs.
    private static bool IsSame(RunSpec spec, RunSettings settings, RecordedRun? earlier) =>
        earlier?.Manifest is { } manifest
        && manifest.Settings.GetValueOrDefault(RunManifest.Seed) == settings.Seed.ToString(CultureInfo.InvariantCulture)
        && settings.KeptFiles.All(file =>
            Path.Combine(settings.Folder, Path.GetFileName(file)) is var kept
            && File.Exists(kept)
            && SpecText.Read(kept) == SpecText.Read(file)
        )
        && spec.SourceFolders.Select(RunSource.WeightsIn).SequenceEqual(manifest.Sources);
}
