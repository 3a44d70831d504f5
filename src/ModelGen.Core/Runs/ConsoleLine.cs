using System.Globalization;

namespace ModelGen.Runs;

/// <summary>Writes to the console: lines that stay, and on a terminal one below them that changes in place.</summary>
internal sealed class ConsoleLine
{
    private readonly TextWriter _output;
    private readonly Func<int>? _width;
    private string _line = "";

    /// <summary>Writes to standard output.</summary>
    public ConsoleLine()
        : this(Console.Out, Console.IsOutputRedirected ? null : static () => Console.WindowWidth) { }

    /// <summary>Writes to a terminal of the given width; lines that stay alone without one.</summary>
    public ConsoleLine(TextWriter output, Func<int>? width)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
        _width = width;
    }

    /// <summary>Whether a line can change in place.</summary>
    public bool IsTerminal => _width is not null;

    /// <summary>A time as people say it.</summary>
    public static string Time(TimeSpan time) =>
        time switch
        {
            { TotalHours: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}h {time.Minutes}m"),
            { TotalMinutes: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes}m {time.Seconds}s"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F0}s"),
        };

    /// <summary>Replaces the line that changes in place; for a terminal.</summary>
    public void Show(string text)
    {
        // The last column stays free, since writing there makes some terminals wrap; some know no width and say 0.
        var width = _width!() is > 1 and var columns ? columns - 1 : 79;
        text = text.Length > width ? text[..width] : text;
        _output.Write("\r" + text.PadRight(Math.Min(_line.Length, width)));
        _output.Flush();
        _line = text;
    }

    /// <summary>Takes away the line that changes in place.</summary>
    public void Clear()
    {
        if (_line.Length == 0)
        {
            return;
        }

        Show("");
        _output.Write("\r");
        _output.Flush();
    }

    /// <summary>Writes a line that stays.</summary>
    public void Print(string text)
    {
        if (_line.Length > 0)
        {
            Show("");
        }

        _output.Write(_width is null ? text + "\n" : "\r" + text + "\n");
        _output.Flush();
        _line = "";
    }
}
