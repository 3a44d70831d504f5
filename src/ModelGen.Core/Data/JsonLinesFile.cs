using System.Text.Json;

namespace ModelGen.Data;

/// <summary>Reads texts with labels from JSON lines: one object on each line, such as <c>{"text": "…", "label": "…"}</c>.</summary>
public static class JsonLinesFile
{
    /// <summary>
    /// Reads the file. Lines that cannot be used are left out, see <see cref="TextCollection.Problems"/>; empty lines are no lines.
    /// </summary>
    /// <param name="path">The file, in UTF-8.</param>
    /// <param name="text">The key of the text.</param>
    /// <param name="label">The key of the name of its class: a string, a number or a truth value. Not read if there is a
    /// <paramref name="target"/>.</param>
    /// <param name="target">The key of what is to be predicted instead of a class: a number, or a list of as many numbers on every line;
    /// null for none.</param>
    /// <param name="progress">Receives the share that has been read, from 0 to 1.</param>
    /// <param name="cancellation">Cancels reading.</param>
    /// <returns>The texts, in the order of the lines.</returns>
    /// <exception cref="ModelGenException">The file cannot be read, is not text, or has no line that can be used; the message names the
    /// first of them.</exception>
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
        var rows = new TextRows(path, target is not null);
        var wanted = Wanted(text, label, target);
        return TextFileReader.Read(path, Collect, progress, cancellation);

        TextCollection Collect(TextFileReader reader)
        {
            for (var line = 1; reader.ReadLine() is { } written; line++)
            {
                var place = new TextPlace(path, line);
                if (
                    !string.IsNullOrWhiteSpace(written)
                    && JsonLine.Read(written, wanted, parsed => Add(rows, place, parsed, text, label, target)) is { } problem
                )
                {
                    rows.LeaveOut(place, problem);
                }
            }

            return rows.Collect($"each line must be like {wanted}");
        }
    }

    private static string Wanted(string text, string label, string? target) =>
        target is null ? $$"""{"{{text}}": "…", "{{label}}": "…"}""" : $$"""{"{{text}}": "…", "{{target}}": 0.5}""";

    private static string? Add(TextRows rows, TextPlace place, JsonElement line, string text, string label, string? target)
    {
        var told = target ?? label;
        if (JsonLine.Missing(line, text) is { } noText)
        {
            return noText;
        }

        if (JsonLine.Missing(line, told) is { } noLabel)
        {
            return noLabel;
        }

        if (JsonLine.NoString(line, text, "text") is { } noString)
        {
            return noString;
        }

        var (words, value) = (line.GetProperty(text).GetString()!, line.GetProperty(told));
        if (target is null)
        {
            if (Name(value) is not { } name)
            {
                return $"has no label: '{told}' is {JsonLine.Named(value)}, not a string";
            }

            rows.Add(place, words, name, null);
            return null;
        }

        if (Numbers(value) is not { } numbers)
        {
            return $"has nothing to predict: '{told}' is {JsonLine.Named(value)}, not a number or a list of numbers";
        }

        rows.Add(place, words, null, numbers);
        return null;
    }

    private static string? Name(JsonElement label) =>
        label.ValueKind switch
        {
            JsonValueKind.String => label.GetString(),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => label.GetRawText(),
            _ => null,
        };

    private static float[]? Numbers(JsonElement target) =>
        target.ValueKind switch
        {
            JsonValueKind.Number => [(float)target.GetDouble()],
            JsonValueKind.Array
                when target.GetArrayLength() > 0
                    && target.EnumerateArray().All(static number => number.ValueKind == JsonValueKind.Number) =>
            [
                .. target.EnumerateArray().Select(static number => (float)number.GetDouble()),
            ],
            _ => null,
        };
}
