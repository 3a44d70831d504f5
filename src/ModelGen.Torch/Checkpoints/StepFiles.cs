using System.Globalization;
using ModelGen.Files;

namespace ModelGen.Checkpoints;

/// <summary>The checkpoints of a run in one folder, each a file named after its step: <c>step-000500.safetensors</c>.</summary>
internal static class StepFiles
{
    private const string Prefix = "step-";
    private const string Suffix = ".safetensors";

    /// <summary>The file of a step.</summary>
    public static string PathOf(string folder, long step) =>
        Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:D6}{Suffix}"));

    /// <summary>The checkpoints in a folder, newest first; empty if the folder does not exist.</summary>
    /// <exception cref="ModelGenException">The folder cannot be read.</exception>
    public static IReadOnlyList<(long Step, string Path)> NewestFirst(string folder)
    {
        try
        {
            if (!Directory.Exists(folder))
            {
                return [];
            }

            return
            [
                .. Directory
                    .EnumerateFiles(folder, Prefix + "*" + Suffix)
                    .Select(static path => (Step: StepOf(path), Path: path))
                    .Where(static file => file.Step is not null)
                    .Select(static file => (file.Step!.Value, file.Path))
                    .OrderByDescending(static file => file.Value),
            ];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelGenException($"Cannot read the checkpoints in '{folder}': {exception.Message}", exception);
        }
    }

    /// <summary>Deletes all but the newest checkpoints up to a step, and unfinished files left by killed processes.</summary>
    /// <remarks>
    /// Later checkpoints come from a run that was resumed from an earlier step; they are kept until the run reaches those steps again.
    /// </remarks>
    /// <param name="folder">The folder.</param>
    /// <param name="step">The step that the run has reached.</param>
    /// <param name="keep">The number of checkpoints to keep.</param>
    /// <param name="isKeptToo">Selects steps whose newest checkpoint is kept too.</param>
    /// <exception cref="ModelGenException">A file cannot be deleted.</exception>
    public static void Prune(string folder, long step, int keep, Func<long, bool> isKeptToo)
    {
        try
        {
            var files = NewestFirst(folder).Where(file => file.Step <= step).ToList();
            var keptToo = files.Where(file => isKeptToo(file.Step)).Take(1);
            foreach (var (_, path) in files.Skip(keep).Except(keptToo))
            {
                File.Delete(path);
            }

            foreach (var path in Directory.EnumerateFiles(folder, Prefix + "*" + Suffix + AtomicFile.TemporarySuffix))
            {
                File.Delete(path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelGenException($"Cannot delete an old checkpoint in '{folder}': {exception.Message}", exception);
        }
    }

    private static long? StepOf(string path)
    {
        var digits = Path.GetFileName(path.AsSpan())[Prefix.Length..^Suffix.Length];
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : null;
    }
}
