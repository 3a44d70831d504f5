using ModelGen.Runs;

namespace ModelGen.Tests.Runs;

public sealed class ConsoleEvaluationTests
{
    private readonly StringWriter _output = new();
    private readonly Clock _clock = new();

    [Fact]
    public void WithoutATerminalEachPartIsALineAndALongOneSaysHowFarItIs()
    {
        var progress = Of(width: null);
        progress.Begin("kernel distance");
        progress.Begin("features");
        progress.Advance(0, 200);
        _clock.Now += TimeSpan.FromSeconds(10);
        progress.Advance(33, 200);
        progress.Advance(34, 200);
        _clock.Now += TimeSpan.FromSeconds(30);
        progress.Advance(100, 200);
        progress.End();

        Assert.Equal(
            """
            measuring: kernel distance
            measuring: features
            measuring: features  16 %  51s left
            measuring: features  50 %  40s left

            """.ReplaceLineEndings("\n"),
            _output.ToString()
        );
    }

    [Fact]
    public void OnATerminalOneLineChangesInPlaceAndGoes()
    {
        var progress = Of(static () => 80);
        progress.Begin("features");
        progress.Advance(1, 4);
        progress.End();

        // Nothing is said of the time that is left as long as hardly any has passed.
        Assert.Equal(
            "\rmeasuring: features\r\rmeasuring: features  25 %\r\r" + new string(' ', "measuring: features  25 %".Length) + "\r",
            _output.ToString()
        );
    }

    [Theory]
    [InlineData(60, "measuring: kernel distance of samples  50 %  40s left")]
    [InlineData(40, "50 %  40s left")]
    public void ANarrowTerminalShowsTheTimeLeft(int columns, string line)
    {
        var terminal = new Terminal(columns);
        var progress = new ConsoleEvaluation(new ConsoleLine(terminal, () => terminal.Columns), _clock, CancellationToken.None);
        progress.Begin("kernel distance of samples");
        _clock.Now += TimeSpan.FromSeconds(40);
        progress.Advance(1, 2);

        Assert.Equal([line], terminal.Rows);
    }

    [Fact]
    public void WhoeverTellsIsStopped()
    {
        using var stop = new CancellationTokenSource();
        var progress = new ConsoleEvaluation(new ConsoleLine(_output, width: null), _clock, stop.Token);
        progress.Begin("features");
        stop.Cancel();

        Assert.Throws<OperationCanceledException>(() => progress.Advance(1, 2));
        Assert.Throws<OperationCanceledException>(() => progress.Begin("kernel distance"));
        Assert.Equal("measuring: features\n", _output.ToString());
    }

    private ConsoleEvaluation Of(Func<int>? width) => new(new ConsoleLine(_output, width), _clock, CancellationToken.None);
}
