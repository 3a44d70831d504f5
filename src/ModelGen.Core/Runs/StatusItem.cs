using System.Globalization;

namespace ModelGen.Runs;

/// <summary>A part of the status line, shown whole or not at all.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Rank">Where space is short, an item of a higher rank gives way to one of a lower.</param>
internal readonly record struct StatusItem(string Text, int Rank)
{
    /// <summary>How long something will still take.</summary>
    public static StatusItem Left(TimeSpan time) => new($"{ConsoleLine.Time(time)} left", 0);

    /// <summary>How far something has come, and how long it will still take if it goes on at its pace.</summary>
    /// <param name="what">What is being done.</param>
    /// <param name="share">The share that is done, from 0 to 1.</param>
    /// <param name="elapsed">How long that took.</param>
    /// <param name="settled">From when on the pace is known: the first piece often takes longest.</param>
    public static IReadOnlyList<StatusItem> Progress(string what, double share, TimeSpan elapsed, TimeSpan settled)
    {
        List<StatusItem> items = [new(what, 2), new(string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(share * 100):0} %"), 1)];
        if (share > 0 && elapsed >= settled)
        {
            items.Add(Left(elapsed * ((1 - share) / share)));
        }

        return items;
    }
}
