using ModelGen.Pictures;

namespace ModelGen.Training;

/// <summary>
/// Draws the measures of a run's <see cref="MetricsFile"/> as curves, some fifty times in a run and at its end; a resumed run shows what came
/// before as well. It belongs behind the metrics file among a trainer's observers.
/// </summary>
public sealed class CurvesFile : TrainingObserver
{
    private const int Drawings = 50;

    private readonly string _metrics;
    private readonly string _path;
    private readonly string _title;
    private long _drawn;

    /// <summary>Creates the observer.</summary>
    /// <param name="metrics">The file that a <see cref="MetricsFile"/> writes.</param>
    /// <param name="path">The PNG file to draw.</param>
    /// <param name="title">What the values are, for example "nats per image"; printable ASCII.</param>
    public CurvesFile(string metrics, string path, string title)
    {
        ArgumentException.ThrowIfNullOrEmpty(metrics);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(title);
        _metrics = metrics;
        _path = path;
        _title = title;
    }

    /// <inheritdoc/>
    public override void OnStart(TrainingStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        _drawn = start.Step * Drawings / start.TotalSteps;
    }

    /// <inheritdoc/>
    public override void OnStep(StepReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var due = report.Step * Drawings / report.TotalSteps;
        if (due == _drawn)
            return;
        _drawn = due;
        Draw();
    }

    /// <inheritdoc/>
    public override void OnEnd(TrainingResult result)
    {
        // A run that failed tells why by itself; its curves are as old as its last drawing.
        if (result is not { Outcome: TrainingOutcome.Failed })
            Draw();
    }

    private void Draw()
    {
        Curve[] measures = [.. MetricsFile.Read(_metrics).Where(static curve => !curve.Name.EndsWith("_per_second", StringComparison.Ordinal)).Take(Curves.Most)];
        if (measures.Length > 0)
            Curves.Write(_path, measures, _title);
    }
}
