using ModelGen.Runs;

namespace ModelGen.Tests.Runs;

public sealed class ProgressLineTests
{
    private readonly StringWriter _output = new();
    private readonly Clock _clock = new();

    [Fact]
    public void WhatIsSoonDoneIsNotShown()
    {
        var line = Of(width: null);
        line.Report(0.5);
        _clock.Now += TimeSpan.FromSeconds(1.9);
        line.Report(0.9);
        line.Report(1);
        Assert.Equal("", _output.ToString());
    }

    [Fact]
    public void WithoutATerminalALineComesEveryTenSeconds()
    {
        var line = Of(width: null);
        for (var second = 1; second <= 30; second++)
        {
            _clock.Now += TimeSpan.FromSeconds(1);
            line.Report(second / 30.0);
        }

        Assert.Equal("reading a.txt  6 %  28s left\nreading a.txt  40 %  18s left\nreading a.txt  73 %  8s left\n", _output.ToString());
    }

    [Fact]
    public void OnATerminalOneLineChangesInPlaceAndGoes()
    {
        var line = Of(static () => 80);
        _clock.Now += TimeSpan.FromSeconds(3);
        line.Report(0.25);
        line.Report(0.26);
        _clock.Now += TimeSpan.FromSeconds(1);
        line.Report(0.5);
        line.Report(1);
        const string First = "reading a.txt  25 %  9s left";
        const string Second = "reading a.txt  50 %  4s left";
        Assert.Equal($"\r{First}\r\r{Second}\r\r{new string(' ', Second.Length)}\r", _output.ToString());
    }

    private ProgressLine Of(Func<int>? width) => new("reading a.txt", new ConsoleLine(_output, width), _clock);
}
