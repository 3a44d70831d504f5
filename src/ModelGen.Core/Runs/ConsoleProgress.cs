using System.Globalization;
using ModelGen.Training;

namespace ModelGen.Runs;

/// <summary>
/// Shows a run on the console: on a terminal one line that changes in place, otherwise plain lines, at most fifty for the steps of a run.
/// </summary>
public sealed class ConsoleProgress : TrainingObserver
{
    private readonly Milestones _plainLines = new(50);
    private readonly TextWriter _output;
    private readonly Func<int>? _width;
    private string _line = "";
    private string _validation = "";

    /// <summary>Shows the run on standard output; the line changes in place where that is a terminal.</summary>
    public ConsoleProgress()
        : this(Console.Out, Console.IsOutputRedirected ? null : static () => Console.WindowWidth)
    {
    }

    /// <summary>Writes the run as plain lines.</summary>
    /// <param name="output">Where to.</param>
    public ConsoleProgress(TextWriter output)
        : this(output, width: null)
    {
    }

    /// <summary>Shows the run on a terminal of the given width; plain lines without one.</summary>
    internal ConsoleProgress(TextWriter output, Func<int>? width)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
        _width = width;
    }

    /// <inheritdoc/>
    public override void OnStart(TrainingStart start)
    {
        _plainLines.Start(start);
        foreach (var notice in start.Notices)
            Print($"note: {notice}");
        if (start.IsResumed)
            Print(Text($"resumed at step {start.Step}/{start.TotalSteps}"));
    }

    /// <inheritdoc/>
    public override void OnStep(StepReport report)
    {
        var gradient = report.GradientNorm is { } norm ? Text($"  gradient norm {norm:F4}") : "";
        var text = Text($"step {report.Step}/{report.TotalSteps}  {Measures(report.Measures)}{gradient}{_validation}  {report.UnitsPerSecond:N0} {report.Unit}/s  {Time(report.Remaining)} left");
        if (_width is not null)
            Show(text);
        else if (_plainLines.Pass(report))
            Print(text);
    }

    /// <inheritdoc/>
    public override void OnValidation(ValidationReport report)
    {
        _validation = Text($"  validation {report.ValidationLoss:F4} at step {report.Step}");
        Print(Text($"step {report.Step}/{report.TotalSteps}  validation {Measures(report.Measures)}{(report.IsFull ? " over all validation data" : "")}"));
    }

    /// <inheritdoc/>
    public override void OnRollback(RollbackReport report)
    {
        _plainLines.GoBack(report);
        _validation = "";
        Print(Text($"went back from step {report.Step} to the checkpoint of step {report.ToStep}: the loss was {report.Loss:F4} where {report.Expected:F4} was expected"));
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
        Print(Text($"{what} at step {result.Step}/{result.TotalSteps}{(result.BestStep is { } best ? Text($" with the weights of step {best}") : "")} after {Time(result.Elapsed)}, {result.UnitsPerSecond:N0} {result.Unit}/s, peak memory {result.PeakMemory / 1e6:N0} MB"));
    }

    private static string Measures(IEnumerable<Measure> measures) =>
        string.Join("  ", measures.Select(static measure => Text($"{measure.Name.Replace('_', ' ')} {measure.Value:F4}")));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Time(TimeSpan time) => time switch
    {
        { TotalHours: >= 1 } => Text($"{(int)time.TotalHours}h {time.Minutes}m"),
        { TotalMinutes: >= 1 } => Text($"{(int)time.TotalMinutes}m {time.Seconds}s"),
        _ => Text($"{time.TotalSeconds:F0}s"),
    };

    /// <summary>Replaces the line that changes in place.</summary>
    private void Show(string text)
    {
        // The last column stays free, since writing there makes some terminals wrap; some know no width and say 0.
        var width = _width!() is > 1 and var columns ? columns - 1 : 79;
        text = text.Length > width ? text[..width] : text;
        _output.Write("\r" + text.PadRight(Math.Min(_line.Length, width)));
        _output.Flush();
        _line = text;
    }

    /// <summary>Writes a line that stays.</summary>
    private void Print(string text)
    {
        if (_line.Length > 0)
            Show("");
        _output.Write(_width is null ? text + "\n" : "\r" + text + "\n");
        _output.Flush();
        _line = "";
    }
}
