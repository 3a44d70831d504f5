namespace ModelGen.Runs;

/// <summary>
/// Shows on the console how far something has come that takes longer than two seconds: on a terminal as a line updated in place, otherwise
/// as a plain line every ten seconds.
/// </summary>
public sealed class ProgressLine : IProgress<double>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TerminalInterval = TimeSpan.FromSeconds(0.1);

    private readonly string _what;
    private readonly ConsoleLine _console;
    private readonly TimeProvider _time;
    private readonly long _start;
    private TimeSpan _next = Patience;

    /// <summary>Begins; nothing is shown yet.</summary>
    /// <param name="what">What is being done, such as "reading notes/".</param>
    public ProgressLine(string what)
        : this(what, new ConsoleLine(), TimeProvider.System) { }

    internal ProgressLine(string what, ConsoleLine console, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrEmpty(what);
        (_what, _console, _time, _start) = (what, console, time, time.GetTimestamp());
    }

    /// <summary>Shows how much is done.</summary>
    /// <param name="value">The share, from 0 to 1; at 1 the line disappears from a terminal.</param>
    public void Report(double value)
    {
        if (value >= 1)
        {
            _console.Clear();
            return;
        }

        var elapsed = _time.GetElapsedTime(_start);
        if (elapsed < _next)
        {
            return;
        }

        _console.Tell(StatusItem.Progress(_what, value, elapsed, Patience));
        _next = elapsed + (_console.IsTerminal ? TerminalInterval : PlainInterval);
    }
}
