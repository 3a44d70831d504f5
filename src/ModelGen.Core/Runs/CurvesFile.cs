using ModelGen.Pictures;
using ModelGen.Training;

namespace ModelGen.Runs;

/// <summary>
/// Draws the measures of a run's <see cref="MetricsFile"/> as curves, some fifty times in a run and at its end; a resumed run shows what
/// came before as well. It belongs behind the metrics file among a trainer's observers.
/// </summary>
/// <remarks>
/// A picture has one axis of values: measures of different units, such as nats and a number of codes, belong on pictures of their own.
/// </remarks>
public sealed class CurvesFile : TrainingObserver
{
    private const int MostMeasures = Curves.Most / 2;

    private readonly Milestones _milestones = new(50);
    private readonly string _metrics;
    private readonly string _path;
    private readonly string _title;
    private readonly string[] _measures;

    /// <summary>Creates the observer.</summary>
    /// <param name="metrics">The file that a <see cref="MetricsFile"/> writes.</param>
    /// <param name="path">The PNG file to draw.</param>
    /// <param name="title">What the values are, for example "nats per image"; printable ASCII.</param>
    /// <param name="measures">
    /// Which measures the picture shows, at most four, without <c>train_</c> and <c>validation_</c> before their names: <c>loss</c> shows
    /// as
    /// <c>train_loss</c> and <c>validation_loss</c>, <c>learning_rate</c> as itself. One that the file does not have is left out, and so is
    /// a picture of none. Where no names are given: the first eight curves of training and validation.
    /// </param>
    /// <exception cref="ArgumentException">There are more than four measures, or a name is empty.</exception>
    public CurvesFile(string metrics, string path, string title, params IReadOnlyList<string> measures)
    {
        ArgumentException.ThrowIfNullOrEmpty(metrics);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(measures);
        if (measures.Count > MostMeasures)
        {
            throw new ArgumentException(
                $"A picture shows at most {MostMeasures} measures, each in training and in validation, not {measures.Count}; draw "
                    + "several pictures.",
                nameof(measures)
            );
        }

        foreach (var measure in measures)
        {
            ArgumentException.ThrowIfNullOrEmpty(measure, nameof(measures));
        }

        _metrics = metrics;
        _path = path;
        _title = title;
        _measures = [.. measures];
    }

    /// <inheritdoc/>
    public override void OnStart(TrainingStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        _milestones.Start(start);
    }

    /// <inheritdoc/>
    public override void OnStep(StepReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (_milestones.Pass(report))
        {
            Draw();
        }
    }

    /// <inheritdoc/>
    public override void OnRollback(RollbackReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        _milestones.GoBack(report);
        Draw();
    }

    /// <inheritdoc/>
    public override void OnEnd(TrainingResult result)
    {
        // A run that failed tells why by itself; its curves are as old as its last drawing.
        if (result is not { Outcome: TrainingOutcome.Failed })
        {
            Draw();
        }
    }

    private void Draw()
    {
        var shown = Shown(MetricsFile.Read(_metrics));
        if (shown.Length > 0)
        {
            Curves.Write(_path, shown, _title);
        }
    }

    private Curve[] Shown(IReadOnlyList<Curve> curves) =>
        _measures.Length == 0
            ? [.. curves.Where(static curve => MetricsFile.IsOfObjective(curve.Name)).Take(Curves.Most)]
            :
            [
                .. _measures
                    .SelectMany(static measure => MetricsFile.NamesOf(measure).Prepend(measure))
                    .Join(curves, static name => name, static curve => curve.Name, static (_, curve) => curve),
            ];
}
