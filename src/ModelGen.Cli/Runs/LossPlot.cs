using ModelGen.Plots;
using ModelGen.Runs;

namespace ModelGen.Cli.Runs;

/// <summary>The losses of several runs in one plot.</summary>
internal sealed class LossPlot
{
    private const string TheLoss = "loss";
    private const string Cut = "...";
    private const int LongestName = 60;

    // From a factor of this on, most of a linear axis would be empty.
    private const double WideRange = 20;

    private readonly IReadOnlyList<RecordedRun> _runs;
    private readonly IReadOnlyList<string> _names;

    /// <summary>Plots runs.</summary>
    /// <param name="runs">The runs, at most <see cref="Curves.Most"/>.</param>
    /// <param name="names">What each is called.</param>
    public LossPlot(IReadOnlyList<RecordedRun> runs, IReadOnlyList<string> names) => (_runs, _names) = (runs, names);

    /// <summary>Whether there is a value to draw.</summary>
    public bool IsEmpty => !Values().Any(double.IsFinite);

    /// <summary>What stands for a name in the plot, whose font is ASCII.</summary>
    public IReadOnlyList<string> Labels => [.. _names.Select(static (name, index) => Label(name, index))];

    /// <summary>Draws the plot.</summary>
    /// <exception cref="ModelGenException">The file cannot be written.</exception>
    public void Write(string path)
    {
        var values = Values().Where(double.IsFinite).ToList();
        var isLogarithmic = values.TrueForAll(static value => value > 0) && values.Max() > WideRange * values.Min();
        Curves.Write(
            path,
            [
                .. _runs.Select(
                    (run, index) =>
                        new RunCurves(Labels[index] + What(run), run.TrainingLoss?.Points ?? [], run.ValidationLoss?.Points ?? [])
                ),
            ],
            "loss, thin in training, thick in validation" + (isLogarithmic ? ", logarithmic" : ""),
            isLogarithmic
        );
    }

    private static string Label(string name, int index) =>
        !name.All(static character => character is >= ' ' and <= '~') ? $"run {index + 1}"
        : name.Length > LongestName ? string.Concat(Cut, name.AsSpan(name.Length - LongestName))
        : name;

    private static string What(RecordedRun run) =>
        (run.TrainingLoss ?? run.ValidationLoss) is not { } curve ? " (no loss)"
        : MetricsFile.OfObjective(curve.Name) is var name && name == TheLoss ? ""
        : $" ({name!.Replace('_', ' ')})";

    private IEnumerable<double> Values() =>
        _runs
            .SelectMany(static run => (run.TrainingLoss?.Points ?? []).Concat(run.ValidationLoss?.Points ?? []))
            .Select(static point => point.Value);
}
