using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace ModelGen.Data;

/// <summary>
/// Reads texts with labels from comma-separated values (RFC 4180), the first line of which names the columns. A text with commas, quotes or
/// line breaks stands in quotes, and a quote inside is written twice.
/// </summary>
public static class CsvFile
{
    /// <summary>Reads the file. Lines that cannot be used are left out, see <see cref="TextCollection.Problems"/>.</summary>
    /// <param name="path">The file, in UTF-8.</param>
    /// <param name="text">The column of the text.</param>
    /// <param name="label">The column of the name of its class. Not read if there is a <paramref name="target"/>.</param>
    /// <param name="target">The column of a number that is to be predicted instead of a class; null for none.</param>
    /// <param name="progress">Receives the share that has been read, from 0 to 1.</param>
    /// <param name="cancellation">Cancels reading.</param>
    /// <returns>The texts, in the order of the lines.</returns>
    /// <exception cref="ModelGenException">The file cannot be read, is not text, lacks a column, has quotes that do not end or stand inside
    /// a text (after which nothing can be told apart), or has no line that can be used.</exception>
    /// <exception cref="OperationCanceledException">Reading was cancelled.</exception>
    public static TextCollection Read(
        string path,
        string text = "text",
        string label = "label",
        string? target = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        ArgumentException.ThrowIfNullOrEmpty(label);
        return TextFileReader.Read(path, Collect, progress, cancellation);

        TextCollection Collect(TextFileReader reader)
        {
            var line = 1;
            using var parser = new CsvParser(reader, Configuration(() => new TextPlace(path, line)), leaveOpen: true);
            if (!parser.Read() || parser.Record is not { } columns)
            {
                throw new ModelGenException($"The file '{path}' is empty; its first line must name the columns, such as {text},{label}.");
            }

            var (texts, labels) = (Column(path, columns, text), Column(path, columns, target ?? label));
            var rows = new TextRows(path, target is not null);
            line = parser.RawRow + 1;
            while (parser.Read())
            {
                if (parser.Record is { } fields && fields is not [""])
                {
                    Add(rows, new TextPlace(path, line), fields, columns.Length, (texts, labels), target);
                }

                line = parser.RawRow + 1;
            }

            return rows.Collect($"below the names of the columns, each line must hold a text in '{text}' and '{target ?? label}'");
        }
    }

    private static CsvConfiguration Configuration(Func<TextPlace> place) =>
        new(CultureInfo.InvariantCulture)
        {
            Delimiter = ",",
            HasHeaderRecord = false,
            IgnoreBlankLines = false,
            BadDataFound = _ =>
                throw new ModelGenException(
                    $"{place()} has quotes that do not end, or that stand inside a field; put the whole field into quotes, and write each "
                        + "quote inside twice (RFC 4180)."
                ),
        };

    private static int Column(string path, string[] columns, string name)
    {
        var found = Enumerable.Range(0, columns.Length).Where(column => columns[column] == name).ToArray();
        return found.Length == 1
            ? found[0]
            : throw new ModelGenException(
                $"The file '{path}' has {(found.Length == 0 ? "no column" : "several columns")} '{name}' in its first line, which names "
                    + $"{string.Join(", ", columns.Select(static column => $"'{column}'"))}; say which column it is, or change the line."
            );
    }

    private static void Add(TextRows rows, TextPlace place, string[] fields, int columns, (int Text, int Label) at, string? target)
    {
        if (fields.Length != columns)
        {
            rows.LeaveOut(
                place,
                string.Create(CultureInfo.InvariantCulture, $"has {fields.Length} fields, but the first line names {columns}")
            );
        }
        else if (target is null)
        {
            rows.Add(place, fields[at.Text], fields[at.Label], null);
        }
        else if (float.TryParse(fields[at.Label], NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            rows.Add(place, fields[at.Text], null, [number]);
        }
        else
        {
            rows.LeaveOut(place, $"has nothing to predict: '{target}' is '{fields[at.Label]}', not a number");
        }
    }
}
