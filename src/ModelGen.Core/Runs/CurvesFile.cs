using ModelGen.Plots;
using ModelGen.Training;

namespace ModelGen.Runs;

/// <summary>
/// Plots the metrics in a run's <see cref="MetricsFile"/> about fifty times during a run and at its end, including the steps before a
/// resume. It must come after the metrics file in a trainer's observers.
/// </summary>
/// <remarks>A plot has one value axis: metrics in different units, such as nats and a number of codes, belong on separate plots.</remarks>
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
    /// <param name="title">The label of the value axis, for example "nats per image"; printable ASCII.</param>
    /// <param name="metrics">
    /// The metrics to show, at most four, without the prefixes <c>train_</c> and <c>validation_</c>: <c>loss</c> shows <c>train_loss</c>
    /// and <c>validation_loss</c>, <c>learning_rate</c> itself. Metrics missing from the file are left out; if none is left, nothing is
    /// drawn. Without names: the first eight training and validation curves.
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
        // A failed run reports its own cause; its curves stay as last drawn.
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
