using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace ModelGen.Chat;

/// <summary>JSON in prompts.</summary>
internal static class PromptJson
{
    private static readonly JsonSerializerOptions Options = new(AIJsonUtilities.DefaultOptions)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = false,
    };

    /// <summary>A value in one line.</summary>
    public static string Write(object? value) =>
        Safe(JsonSerializer.Serialize(value, Options.GetTypeInfo(value?.GetType() ?? typeof(object))));

    /// <summary>JSON in one line.</summary>
    public static string Write(JsonNode value) => Safe(value.ToJsonString(Options));

    // As models know it, but with angle brackets escaped, as line breaks are, so that no value can be taken for a marker.
    private static string Safe(string json) =>
        json.Replace("<", @"\u003C", StringComparison.Ordinal).Replace(">", @"\u003E", StringComparison.Ordinal);
}
