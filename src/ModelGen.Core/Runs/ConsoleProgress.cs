using System.Globalization;
using ModelGen.Training;

namespace ModelGen.Runs;

/// <summary>
/// Shows a run on the console: on a terminal as a line updated in place, otherwise as plain lines, at most fifty for the steps of a run.
/// </summary>
public sealed class ConsoleProgress : TrainingObserver
{
    private readonly Milestones _plainLines = new(50);
    private readonly ConsoleLine _console;
    private string _validation = "";

    /// <summary>Shows the run on standard output, updated in place if that is a terminal.</summary>
    public ConsoleProgress() => _console = new ConsoleLine();

    /// <summary>Writes the run as plain lines.</summary>
    /// <param name="output">The writer to use.</param>
    public ConsoleProgress(TextWriter output)
        : this(output, width: null) { }

    /// <summary>Shows the run on a terminal of the given width; plain lines without one.</summary>
    internal ConsoleProgress(TextWriter output, Func<int>? width) => _console = new ConsoleLine(output, width);

    /// <inheritdoc/>
    public override void OnStart(TrainingStart start)
    {
        _plainLines.Start(start);
        foreach (var notice in start.Notices)
        {
            _console.Print($"note: {notice}");
        }

        if (start.IsResumed)
        {
            _console.Print(Text($"resumed at step {start.Step}/{start.TotalSteps}"));
        }
    }

    /// <inheritdoc/>
    public override void OnStep(StepReport report)
    {
        var gradient = report.GradientNorm is { } norm ? Text($"  gradient norm {norm:F4}") : "";
        var text =
            Text($"step {report.Step}/{report.TotalSteps}  {Metrics(report.Metrics)}{gradient}{_validation}  ")
            + Text($"{report.UnitsPerSecond:N0} {report.Unit}/s  {ConsoleLine.Time(report.Remaining)} left");
        if (_console.IsTerminal)
        {
            _console.Show(text);
        }
        else if (_plainLines.Pass(report))
        {
            _console.Print(text);
        }
    }

    /// <inheritdoc/>
    public override void OnValidating(double share)
    {
        if (_console.IsTerminal)
        {
            _console.Show(Text($"validating on all validation data  {Math.Floor(share * 100):0} %"));
        }
    }

    /// <inheritdoc/>
    public override void OnValidation(ValidationReport report)
    {
        _validation = Text($"  validation {report.ValidationLoss:F4} at step {report.Step}");
        _console.Print(
            Text($"step {report.Step}/{report.TotalSteps}  validation ")
                + Text($"{Metrics(report.Metrics)}{(report.IsFull ? " over all validation data" : "")}")
        );
    }

    /// <inheritdoc/>
    public override void OnRollback(RollbackReport report)
    {
        _plainLines.GoBack(report);
        _validation = "";
        _console.Print(
            Text($"rolled back from step {report.Step} to the checkpoint of step {report.ToStep}: the loss was {report.Loss:F4} where ")
                + Text($"{report.Expected:F4} was expected")
        );
    }

    /// <inheritdoc/>
    public override void OnEnd(TrainingResult result)
    {
        var what = result.Outcome switch
        {
            TrainingOutcome.Finished => result.IsEarly ? "stopped early" : "finished",
            TrainingOutcome.Cancelled => "stopped",
            _ => "failed",
        };
        var weights = result.BestStep is { } best ? Text($" with the weights of step {best}") : "";
        _console.Print(
            Text($"{what} at step {result.Step}/{result.TotalSteps}{weights} after {ConsoleLine.Time(result.Elapsed)}, ")
                + Text($"{result.UnitsPerSecond:N0} {result.Unit}/s, peak memory {result.PeakMemory / 1e6:N0} MB")
        );
    }

    private static string Metrics(IEnumerable<MetricValue> metrics) =>
        string.Join("  ", metrics.Select(static metric => Text($"{metric.Name.Replace('_', ' ')} {metric.Value:F4}")));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
