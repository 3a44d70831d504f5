namespace ModelGen.Sampling;

/// <summary>Ends a text before the first of some texts that is complete in it, however the text is cut into pieces.</summary>
/// <param name="texts">The texts, none of them empty.</param>
internal sealed class StopTexts(IReadOnlyList<string> texts)
{
    // What may be the beginning of one of them.
    private string _held = "";

    /// <summary>Whether one of them has come.</summary>
    public bool IsReached { get; private set; }

    /// <summary>Takes a piece.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="mayEnd">Whether the text may end with it.</param>
    /// <returns>What belongs to the text for certain.</returns>
    public string Append(string piece, bool mayEnd)
    {
        if (texts.Count == 0 || IsReached)
        {
            return IsReached ? "" : piece;
        }

        var text = _held + piece;
        var end = mayEnd ? First(text) : null;
        IsReached = end is not null;
        var given = end ?? text.Length - texts.Max(stop => Begun(text, stop));
        _held = IsReached ? "" : text[given..];
        return text[..given];
    }

    /// <summary>What was held back, when no more will come.</summary>
    public string Flush()
    {
        var rest = _held;
        _held = "";
        return rest;
    }

    // Where the first one to be complete begins; of several that are complete at once, the longest.
    private int? First(string text)
    {
        int? start = null;
        var end = int.MaxValue;
        foreach (var stop in texts)
        {
            var at = text.IndexOf(stop, StringComparison.Ordinal);
            if (at >= 0 && (at + stop.Length < end || (at + stop.Length == end && at < start)))
            {
                (start, end) = (at, at + stop.Length);
            }
        }

        return start;
    }

    // How many characters at the end of a text begin a stop text.
    private static int Begun(string text, string stop)
    {
        var length = Math.Min(text.Length, stop.Length - 1);
        while (!text.AsSpan(text.Length - length).SequenceEqual(stop.AsSpan(0, length)))
        {
            length--;
        }

        return length;
    }
}
