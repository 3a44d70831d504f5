using ModelGen.Evaluation;

namespace ModelGen.Runs;

/// <summary>
/// Shows the progress of an evaluation on the console: on a terminal in one line that is updated in place, otherwise in a line for each
/// part and another every ten seconds of it.
/// </summary>
internal sealed class ConsoleEvaluation : EvaluationProgress
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(10);

    // The time left is shown only after this long in a part: the first piece often takes longest.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    private readonly ConsoleLine _console;
    private readonly TimeProvider _clock;
    private string _what = "";
    private long _begun;
    private long _told;

    public ConsoleEvaluation(CancellationToken cancellationToken)
        : this(new ConsoleLine(), TimeProvider.System, cancellationToken) { }

    internal ConsoleEvaluation(ConsoleLine console, TimeProvider clock, CancellationToken cancellationToken)
        : base(cancellationToken)
    {
        _console = console;
        _clock = clock;
    }

    /// <summary>Clears the line that is updated in place.</summary>
    public void End() => _console.Clear();

    /// <inheritdoc/>
    protected override void OnBegin(string part)
    {
        _what = $"measuring: {part}";
        _begun = _told = _clock.GetTimestamp();
        _console.Tell(new StatusItem(_what, 2));
    }

    /// <inheritdoc/>
    protected override void OnAdvance(double share)
    {
        if (!_console.IsTerminal && _clock.GetElapsedTime(_told) < BetweenLines)
        {
            return;
        }

        _told = _clock.GetTimestamp();
        _console.Tell(StatusItem.Progress(_what, share, _clock.GetElapsedTime(_begun), Settled));
    }
}
