using System.Globalization;
using ModelGen.Training;

namespace ModelGen.Runs;

/// <summary>
/// Writes a sample before the first step and after each tenth of a run, to a file named after the step, such as <c>step-000500.png</c>.
/// </summary>
/// <remarks>A run that starts, resumes or rolls back deletes the samples of later steps and draws them again.</remarks>
public abstract class SampleFiles : TrainingObserver
{
    private const string Prefix = "step-";

    private readonly Milestones _milestones = new(10);
    private readonly string _folder;
    private readonly string _extension;

    private protected SampleFiles(string folder, string extension)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _folder = folder;
        _extension = extension;
    }

    /// <inheritdoc/>
    public sealed override void OnStart(TrainingStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        _milestones.Start(start);
        RemoveAfter(start.Step);
        if (start.Step == 0)
        {
            Write(PathOf(_folder, 0, _extension));
        }
    }

    /// <inheritdoc/>
    public sealed override void OnStep(StepReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (_milestones.Pass(report))
        {
            Write(PathOf(_folder, report.Step, _extension));
        }
    }

    /// <inheritdoc/>
    public sealed override void OnRollback(RollbackReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        _milestones.GoBack(report);
        RemoveAfter(report.ToStep);
    }

    /// <summary>The path of a step's file.</summary>
    internal static string PathOf(string folder, long step, string extension) =>
        Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:D6}{extension}"));

    private protected abstract void Write(string path);

    private void RemoveAfter(long step)
    {
        try
        {
            if (!Directory.Exists(_folder))
            {
                return;
            }

            foreach (var path in Directory.EnumerateFiles(_folder, Prefix + "*" + _extension).Where(path => StepOf(path) > step).ToList())
            {
                File.Delete(path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelGenException($"Cannot delete the samples of later steps in '{_folder}': {exception.Message}", exception);
        }
    }

    private long? StepOf(string path)
    {
        var digits = Path.GetFileName(path.AsSpan())[Prefix.Length..^_extension.Length];
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : null;
    }
}
