using System.Globalization;
using System.Text.Json;

namespace ModelGen.Files;

/// <summary>Reads JSON files, while others may replace them.</summary>
internal static class JsonFile
{
    /// <summary>Reads a file that holds an object.</summary>
    /// <exception cref="ModelGenException">It cannot be read, or holds something else.</exception>
    public static JsonElement Read(string path)
    {
        try
        {
            using var stream = RegularFile.Open(path, FileShare.ReadWrite | FileShare.Delete);
            using var document = JsonDocument.Parse(stream);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : throw Damaged(path, "it holds no JSON object");
        }
        catch (JsonException exception)
        {
            throw Damaged(path, $"it is no JSON from line {exception.LineNumber + 1} on");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelGenException($"{Path.GetFileName(path)} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>A file whose content is not what was written.</summary>
    public static ModelGenException Damaged(string path, string why) =>
        new($"{Path.GetFileName(path)} is damaged, or written by another version: {why}.");

    /// <summary>A member of a kind; null where it is missing.</summary>
    /// <exception cref="ModelGenException">It is of another kind.</exception>
    public static JsonElement? Member(string path, JsonElement from, string name, JsonValueKind kind) =>
        !from.TryGetProperty(name, out var found) || found.ValueKind == JsonValueKind.Null ? null
        : found.ValueKind == kind ? found
        : throw Damaged(path, $"'{name}' is {Kind(found.ValueKind)} and not {Kind(kind)}");

    /// <summary>A text; null where it is missing.</summary>
    /// <exception cref="ModelGenException">It is something else.</exception>
    public static string? Text(string path, JsonElement from, string name)
    {
        try
        {
            return Member(path, from, name, JsonValueKind.String)?.GetString();
        }
        catch (InvalidOperationException)
        {
            throw Damaged(path, $"'{name}' is not valid Unicode");
        }
    }

    /// <summary>The values of an object as texts, numbers as they are written.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="from">The object.</param>
    /// <param name="without">The members to leave out.</param>
    /// <exception cref="ModelGenException">One is an object or a list.</exception>
    public static IReadOnlyDictionary<string, string> Texts(string path, JsonElement from, params IReadOnlyList<string> without)
    {
        var texts = new OrderedDictionary<string, string>();
        try
        {
            foreach (var member in from.EnumerateObject().Where(member => !without.Contains(member.Name)))
            {
                texts[member.Name] = member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array
                    ? throw Damaged(path, $"'{member.Name}' is {Kind(member.Value.ValueKind)} and not a text")
                    : member.Value.ToString();
            }
        }
        catch (InvalidOperationException)
        {
            throw Damaged(path, "a text in it is not valid Unicode");
        }

        return texts;
    }

    /// <summary>A number, or a text for what JSON has no numbers for.</summary>
    /// <exception cref="ModelGenException">It is something else.</exception>
    public static double Number(string path, JsonProperty member) =>
        member.Value.ValueKind switch
        {
            JsonValueKind.Number => member.Value.GetDouble(),
            JsonValueKind.String when member.Value.ValueEquals("NaN") => double.NaN,
            JsonValueKind.String
                when double.TryParse(
                    member.Value.GetRawText().Trim('"'),
                    NumberStyles.Float,
                    CultureInfo.InvariantCulture,
                    out var number
                ) => number,
            _ => throw Damaged(path, $"'{member.Name}' is no number"),
        };

    private static string Kind(JsonValueKind kind) =>
        kind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "a list",
            JsonValueKind.String => "a text",
            JsonValueKind.Number => "a number",
            _ => "a truth value",
        };
}
