using System.Globalization;
using ModelGen.Training;

namespace ModelGen.Runs;

/// <summary>
/// Shows a run on the console: on a terminal as a line updated in place, otherwise as plain lines, at most fifty for the steps of a run.
/// The terminal's line is never longer than the terminal is wide: the time left, the step and the loss come first, and what does not fit
/// is left out. The plain lines and a <see cref="MetricsFile"/> have everything.
/// </summary>
public sealed class ConsoleProgress : TrainingObserver
{
    // The pace of a validation is known only after a while: the first batch often takes longest.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(1);

    private readonly Milestones _plainLines = new(50);
    private readonly ConsoleLine _console;
    private readonly TimeProvider _clock;
    private long? _validating;

    /// <summary>Shows the run on standard output, updated in place if that is a terminal.</summary>
    public ConsoleProgress()
        : this(new ConsoleLine(), TimeProvider.System) { }

    /// <summary>Writes the run as plain lines.</summary>
    /// <param name="output">The writer to use.</param>
    public ConsoleProgress(TextWriter output)
        : this(new ConsoleLine(output, width: null), TimeProvider.System) { }

    /// <summary>Shows the run on a given console.</summary>
    internal ConsoleProgress(ConsoleLine console, TimeProvider clock) => (_console, _clock) = (console, clock);

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
        if (_console.IsTerminal || _plainLines.Pass(report))
        {
            _console.Tell(Items(report));
        }
    }

    /// <inheritdoc/>
    public override void OnValidating(double share)
    {
        if (!_console.IsTerminal)
        {
            return;
        }

        _validating ??= _clock.GetTimestamp();
        var elapsed = _clock.GetElapsedTime(_validating.Value);
        _console.Tell(StatusItem.Progress("validating on all validation data", share, elapsed, Settled));
    }

    /// <inheritdoc/>
    public override void OnValidation(ValidationReport report)
    {
        if (report.IsFull)
        {
            _validating = null;
            _console.Clear();
        }

        _console.Print(
            Text($"step {report.Step}/{report.TotalSteps}  validation {string.Join("  ", report.Metrics.Select(Metric))}")
                + (report.IsFull ? " over all validation data" : "")
        );
    }

    /// <inheritdoc/>
    public override void OnNotice(string notice)
    {
        _console.Clear();
        _console.Print($"note: {notice}");
    }

    /// <inheritdoc/>
    public override void OnRollback(RollbackReport report)
    {
        _plainLines.GoBack(report);
        _console.Clear();
        _console.Print(
            Text($"rolled back from step {report.Step} to the checkpoint of step {report.ToStep}: the loss was ")
                + $"{Number(report.Loss)} where {Number(report.Expected)} was expected"
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
        _console.Clear();
        _console.Print(
            Text($"{what} at step {result.Step}/{result.TotalSteps}{weights} after {ConsoleLine.Time(result.Elapsed)}, ")
                + Text($"{result.UnitsPerSecond:N0} {result.Unit}/s, peak memory {result.PeakMemory / 1e6:N0} MB")
        );
    }

    private static List<StatusItem> Items(StepReport report)
    {
        List<StatusItem> items =
        [
            new(Text($"step {report.Step}/{report.TotalSteps}"), 1),
            .. report.Metrics.Select(static (metric, index) => new StatusItem(Metric(metric), index == 0 ? 2 : 3)),
        ];
        if (report.GradientNorm is { } norm)
        {
            items.Add(new($"gradient norm {Number(norm)}", 5));
        }

        items.Add(new(Text($"{report.UnitsPerSecond:N0} {report.Unit}/s"), 4));
        items.Add(StatusItem.Left(report.Remaining));
        return items;
    }

    private static string Metric(MetricValue metric) => $"{metric.Name.Replace('_', ' ')} {Number(metric.Value)}";

    // Losses beyond a million are about to overflow: their size says more than 30 digits.
    private static string Number(double value) => Math.Abs(value) < 1e6 ? Text($"{value:F4}") : Text($"{value:G5}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
