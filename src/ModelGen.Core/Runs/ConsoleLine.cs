using System.Globalization;

namespace ModelGen.Runs;

/// <summary>Writes to the console: permanent lines and, on a terminal, a status line below them that is updated in place.</summary>
internal sealed class ConsoleLine
{
    private const string Separator = "  ";
    private const string EraseToTheEnd = "\e[J";

    // For terminals that do not know their width.
    private const int DefaultColumns = 80;

    private readonly TextWriter _output;
    private readonly Func<int>? _width;
    private IReadOnlyList<StatusItem> _items = [];
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
    public static string Time(TimeSpan time)
    {
        var seconds = (long)Math.Round(time.TotalSeconds);
        return seconds switch
        {
            >= 3600 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600}h {seconds / 60 % 60}m"),
            >= 60 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60}m {seconds % 60}s"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{seconds}s"),
        };
    }

    /// <summary>
    /// Replaces the status line of a terminal, leaving out the items that do not fit; elsewhere, writes a permanent line with all of them.
    /// </summary>
    /// <param name="items">The items from left to right.</param>
    public void Tell(params IReadOnlyList<StatusItem> items)
    {
        if (IsTerminal)
        {
            Show(items);
        }
        else
        {
            Print(Text(items));
        }
    }

    /// <summary>Removes the status line.</summary>
    public void Clear()
    {
        if (_line.Length > 0)
        {
            Show([]);
        }

        _items = [];
    }

    /// <summary>Writes a permanent line, above the status line if there is one.</summary>
    public void Print(string text)
    {
        var items = _items;
        Clear();
        _output.Write(text + "\n");
        _output.Flush();
        if (items.Count > 0)
        {
            Show(items);
        }
    }

    private void Show(IReadOnlyList<StatusItem> items)
    {
        _items = items;

        // The last column stays free, since writing there makes some terminals wrap; some report a width of 0.
        var width = (_width!() is > 0 and var columns ? columns : DefaultColumns) - 1;
        var text = Text(Fitting(items, width));

        // A terminal that has become narrower has wrapped the line into several. Those of Windows may not know how to erase them.
        var erase = _line.Length > width && !OperatingSystem.IsWindows() ? EraseToTheEnd : "";

        // The cursor waits at the beginning, from where a wrapped line can be erased, and where the ^C of an interrupt is written over.
        _output.Write("\r" + erase + text.PadRight(Math.Min(_line.Length, width)) + "\r");
        _output.Flush();
        _line = text;
    }

    private static string Text(IEnumerable<StatusItem> items) => string.Join(Separator, items.Select(static item => item.Text));

    private static IEnumerable<StatusItem> Fitting(IReadOnlyList<StatusItem> items, int width)
    {
        // The first item needs no separator.
        var free = width + Separator.Length;
        var isFitting = new bool[items.Count];
        foreach (var (index, item) in items.Index().OrderBy(static pair => pair.Item.Rank))
        {
            var length = item.Text.Length + Separator.Length;
            isFitting[index] = length <= free;
            free -= isFitting[index] ? length : 0;
        }

        return items.Where((_, index) => isFitting[index]);
    }
}
