using System.Globalization;
using System.Text.Json;

namespace ModelGen.Data;

/// <summary>A line of JSON lines: an object.</summary>
internal static class JsonLine
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="wanted">What it should be like, for messages.</param>
    /// <param name="use">Uses the object; returns what is wrong with it, worded to follow its place, or null.</param>
    /// <returns>What is wrong with the line, worded to follow its place; null if nothing.</returns>
    public static string? Read(string line, string wanted, Func<JsonElement, string?> use)
    {
        try
        {
            using var document = JsonDocument.Parse(line, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? use(document.RootElement)
                : $"is not an object such as {wanted}";
        }
        catch (JsonException exception)
        {
            var where = string.Create(CultureInfo.InvariantCulture, $"byte {exception.BytePositionInLine + 1}");
            return exception.BytePositionInLine is null
                ? "is not JSON with each key once"
                : $"is not JSON: {where} is not what should come there";
        }
        catch (InvalidOperationException)
        {
            // An escape such as \ud800 alone.
            return Surrogates.Problem;
        }
    }

    /// <summary>That a key is missing; null if it is there.</summary>
    public static string? Missing(JsonElement line, string key)
    {
        if (line.TryGetProperty(key, out _))
        {
            return null;
        }

        var keys = string.Join(", ", line.EnumerateObject().Select(static property => $"'{property.Name}'"));
        return $"has no key '{key}'{(keys.Length > 0 ? $", only {keys}" : "")}";
    }

    /// <summary>That the value of a key is no string, or the key is missing; null if it is one.</summary>
    /// <param name="line">The object.</param>
    /// <param name="key">The key.</param>
    /// <param name="what">What it holds: <c>text</c>.</param>
    public static string? NoString(JsonElement line, string key, string what) =>
        Missing(line, key)
        ?? (
            line.GetProperty(key) is { ValueKind: not JsonValueKind.String } value
                ? $"has no {what}: '{key}' is {Named(value)}, not a string"
                : null
        );

    /// <summary>What kind of value it is, in words.</summary>
    public static string Named(JsonElement value) =>
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
