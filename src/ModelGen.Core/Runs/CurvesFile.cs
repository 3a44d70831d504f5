using ModelGen.Plots;
using ModelGen.Training;

namespace ModelGen.Runs;

/// <summary>
/// Draws the metrics of a run's <see cref="MetricsFile"/> as curves, some fifty times in a run and at its end; a resumed run shows what
/// came before as well. It belongs behind the metrics file among a trainer's observers.
/// </summary>
/// <remarks>
/// A plot has one axis of values: metrics of different units, such as nats and a number of codes, belong on plots of their own.
/// </remarks>
public sealed class CurvesFile : TrainingObserver
{
    private const int MostMetrics = Curves.Most / 2;

    private readonly Milestones _milestones = new(50);
    private readonly string _file;
    private readonly string _path;
    private readonly string _title;
    private readonly string[] _names;

    /// <summary>Creates the observer.</summary>
    /// <param name="file">The file that a <see cref="MetricsFile"/> writes.</param>
    /// <param name="path">The PNG file to draw.</param>
    /// <param name="title">What the values are, for example "nats per image"; printable ASCII.</param>
    /// <param name="metrics">
    /// Which metrics the plot shows, at most four, without <c>train_</c> and <c>validation_</c> before their names: <c>loss</c> shows
    /// as <c>train_loss</c> and <c>validation_loss</c>, <c>learning_rate</c> as itself. One that the file does not have is left out, and so
    /// is a plot of none. Where no names are given: the first eight curves of training and validation.
    /// </param>
    /// <exception cref="ArgumentException">There are more than four metrics, or a name is empty.</exception>
    public CurvesFile(string file, string path, string title, params IReadOnlyList<string> metrics)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(metrics);
        if (metrics.Count > MostMetrics)
        {
            throw new ArgumentException(
                $"A plot shows at most {MostMetrics} metrics, each in training and in validation, not {metrics.Count}; draw "
                    + "several plots.",
                nameof(metrics)
            );
        }

        foreach (var name in metrics)
        {
            ArgumentException.ThrowIfNullOrEmpty(name, nameof(metrics));
        }

        _file = file;
        _path = path;
        _title = title;
        _names = [.. metrics];
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
        var shown = Shown(MetricsFile.Read(_file));
        if (shown.Length > 0)
        {
            Curves.Write(_path, shown, _title);
        }
    }

    private Curve[] Shown(IReadOnlyList<Curve> curves) =>
        _names.Length == 0
            ? [.. curves.Where(static curve => MetricsFile.IsOfObjective(curve.Name)).Take(Curves.Most)]
            :
            [
                .. _names
                    .SelectMany(static metric => MetricsFile.NamesOf(metric).Prepend(metric))
                    .Join(curves, static name => name, static curve => curve.Name, static (_, curve) => curve),
            ];
}
