using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelGen.Cli.Verbs;

/// <summary>JSON as the verbs write it.</summary>
internal static class ReadableJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Numbers by name.</summary>
    public static JsonObject Numbers(IEnumerable<KeyValuePair<string, double>> numbers) =>
        new(numbers.Select(static number => KeyValuePair.Create<string, JsonNode?>(number.Key, Number(number.Value))));

    /// <summary>A number; a text for NaN and infinity, for which JSON has no numbers.</summary>
    public static JsonValue Number(double value) =>
        double.IsFinite(value) ? JsonValue.Create(value) : JsonValue.Create(value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Writes to standard output.</summary>
    public static void Write(JsonNode node) => Console.WriteLine(node.ToJsonString(Options));
}
