using System.Globalization;
using System.Text.Json;

namespace ModelGen.Data;

/// <summary>Reads texts with labels from JSON lines: one object on each line, such as <c>{"text": "…", "label": "…"}</c>.</summary>
public static class JsonLinesFile
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

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
        return TextFileReader.Read(path, Collect, progress, cancellation);

        TextCollection Collect(TextFileReader reader)
        {
            for (var line = 1; reader.ReadLine() is { } written; line++)
            {
                if (!string.IsNullOrWhiteSpace(written))
                {
                    Add(rows, new TextPlace(path, line), written, text, label, target);
                }
            }

            return rows.Collect($"each line must be like {Wanted(text, label, target)}");
        }
    }

    private static string Wanted(string text, string label, string? target) =>
        target is null ? $$"""{"{{text}}": "…", "{{label}}": "…"}""" : $$"""{"{{text}}": "…", "{{target}}": 0.5}""";

    private static void Add(TextRows rows, TextPlace place, string line, string text, string label, string? target)
    {
        try
        {
            using var document = JsonDocument.Parse(line, Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                rows.LeaveOut(place, $"is not an object such as {Wanted(text, label, target)}");
                return;
            }

            var told = target ?? label;
            if (Missing(document.RootElement, text) is { } noText)
            {
                rows.LeaveOut(place, noText);
            }
            else if (Missing(document.RootElement, told) is { } noLabel)
            {
                rows.LeaveOut(place, noLabel);
            }
            else if (document.RootElement.GetProperty(text) is var words && words.ValueKind != JsonValueKind.String)
            {
                rows.LeaveOut(place, $"has no text: '{text}' is {Named(words)}, not a string");
            }
            else if (target is null)
            {
                var name = Name(document.RootElement.GetProperty(told));
                if (name is null)
                {
                    rows.LeaveOut(place, $"has no label: '{told}' is {Named(document.RootElement.GetProperty(told))}, not a string");
                }
                else
                {
                    rows.Add(place, words.GetString()!, name, null);
                }
            }
            else if (Numbers(document.RootElement.GetProperty(told)) is { } numbers)
            {
                rows.Add(place, words.GetString()!, null, numbers);
            }
            else
            {
                rows.LeaveOut(
                    place,
                    $"has nothing to predict: '{told}' is {Named(document.RootElement.GetProperty(told))}, not a number or a list of "
                        + "numbers"
                );
            }
        }
        catch (JsonException exception)
        {
            var where = string.Create(CultureInfo.InvariantCulture, $"byte {exception.BytePositionInLine + 1}");
            rows.LeaveOut(
                place,
                exception.BytePositionInLine is null
                    ? "is not JSON with each key once"
                    : $"is not JSON: {where} is not what should come there"
            );
        }
        catch (InvalidOperationException)
        {
            // An escape such as \ud800 alone.
            rows.LeaveOut(place, "has a text with half of a surrogate pair, which no encoding has");
        }
    }

    private static string? Missing(JsonElement line, string key)
    {
        if (line.TryGetProperty(key, out _))
        {
            return null;
        }

        var keys = string.Join(", ", line.EnumerateObject().Select(static property => $"'{property.Name}'"));
        return $"has no key '{key}'{(keys.Length > 0 ? $", only {keys}" : "")}";
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

    private static string Named(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Null => "null",
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "a list",
            JsonValueKind.String => "a string",
            JsonValueKind.Number => "a number",
            _ => "a truth value",
        };
}
