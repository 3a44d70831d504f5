using System.Globalization;

namespace ModelGen.Runs;

/// <summary>Writes to the console: permanent lines and, on a terminal, a status line below them that is updated in place.</summary>
internal sealed class ConsoleLine
{
    private readonly TextWriter _output;
    private readonly Func<int>? _width;
    private string _line = "";

    /// <summary>Writes to standard output.</summary>
    public ConsoleLine()
        : this(Console.Out, Console.IsOutputRedirected ? null : static () => Console.WindowWidth) { }

    /// <summary>Writes to a terminal of the given width; without one, only permanent lines.</summary>
    public ConsoleLine(TextWriter output, Func<int>? width)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
        _width = width;
    }

    /// <summary>Whether the status line can be updated in place.</summary>
    public bool IsTerminal => _width is not null;

    /// <summary>A human-readable duration.</summary>
    public static string Time(TimeSpan time) =>
        time switch
        {
            { TotalHours: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}h {time.Minutes}m"),
            { TotalMinutes: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes}m {time.Seconds}s"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F0}s"),
        };

    /// <summary>Replaces the status line; only for a terminal.</summary>
    public void Show(string text)
    {
        // The last column stays free, since writing there makes some terminals wrap; some report a width of 0.
        var width = _width!() is > 1 and var columns ? columns - 1 : 79;
        text = text.Length > width ? text[..width] : text;
        _output.Write("\r" + text.PadRight(Math.Min(_line.Length, width)));
        _output.Flush();
        _line = text;
    }

    /// <summary>Clears the status line.</summary>
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

    /// <summary>Writes a permanent line.</summary>
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
