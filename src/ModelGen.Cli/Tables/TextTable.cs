using System.Text;
using ModelGen.Runs;

namespace ModelGen.Cli.Tables;

/// <summary>A table in plain text.</summary>
internal static class TextTable
{
    /// <summary>What stands where there is no value.</summary>
    public const string Missing = "-";

    private const string Gap = "  ";
    private const string Cut = "...";

    /// <summary>A text on one line, without what would move the cursor.</summary>
    public static string OneLine(string text) =>
        ConsoleText.Printable(text).Replace('\n', '\u240A').Replace('\r', '\u240D').Replace('\t', '\u2409');

    /// <summary>The lines of a table, without spaces at their ends.</summary>
    /// <param name="columns">The columns; the first always stays.</param>
    /// <param name="rows">A value for each column.</param>
    /// <param name="width">
    /// The width to fit into; null for any. Whole columns give way, and at last the values of the first are cut at their beginnings.
    /// </param>
    public static IReadOnlyList<string> Lines(IReadOnlyList<TableColumn> columns, IReadOnlyList<IReadOnlyList<string>> rows, int? width)
    {
        var all = rows.Prepend([.. columns.Select(static column => column.Title)])
            .Select(static row => row.Select(OneLine).ToList())
            .ToList();
        var widths = columns.Select((_, column) => all.Max(row => DisplayWidth.Of(row[column]))).ToList();
        var shown = Fitting(columns, widths, width);
        return [.. all.Select(row => string.Join(Gap, shown.Select(column => Cell(row[column], widths[column], width))).TrimEnd())];
    }

    /// <summary>The lines of a table without titles, whole.</summary>
    public static IReadOnlyList<string> Lines(IReadOnlyList<IReadOnlyList<string>> rows) =>
        Lines([.. rows[0].Select(static title => new TableColumn(title, 0))], [.. rows.Skip(1)], null);

    /// <summary>Whether a table fits with all its columns.</summary>
    public static bool Fits(IReadOnlyList<IReadOnlyList<string>> rows, int? width) =>
        width is null
        || Enumerable.Range(0, rows[0].Count).Sum(column => Gap.Length + rows.Max(row => DisplayWidth.Of(OneLine(row[column]))))
            - Gap.Length
            <= width;

    private static List<int> Fitting(IReadOnlyList<TableColumn> columns, List<int> widths, int? width)
    {
        var free = (width ?? int.MaxValue) - widths[0];
        var shown = new List<int> { 0 };
        foreach (var (index, _) in columns.Index().Skip(1).OrderBy(static column => column.Item.Rank))
        {
            // All of a higher rank give way with the first that does not fit: which columns there are depends on the room alone.
            free -= Gap.Length + widths[index];
            if (free < 0)
            {
                break;
            }

            shown.Add(index);
        }

        return [.. shown.Order()];
    }

    private static string Cell(string text, int column, int? width)
    {
        if (width is { } most && DisplayWidth.Of(text) > most)
        {
            text = End(text, most);
        }

        return text + new string(' ', Math.Max(0, column - DisplayWidth.Of(text)));
    }

    // The end of a path says more than its beginning.
    private static string End(string text, int width)
    {
        var end = new StringBuilder();
        var free = width - Cut.Length;
        foreach (var character in text.EnumerateRunes().Reverse())
        {
            free -= DisplayWidth.Of(character);
            if (free < 0)
            {
                break;
            }

            end.Insert(0, character.ToString());
        }

        return Cut + end;
    }
}
