using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Microsoft.Extensions.AI;

namespace ModelGen.Chat;

/// <summary>JSON in prompts.</summary>
internal static class PromptJson
{
    // Angle brackets are escaped, as line breaks are, so that no value can be taken for a marker; letters stay letters.
    private static readonly JsonSerializerOptions Options = new(AIJsonUtilities.DefaultOptions)
    {
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        WriteIndented = false,
    };

    /// <summary>A value in one line.</summary>
    public static string Write(object? value) => JsonSerializer.Serialize(value, Options.GetTypeInfo(value?.GetType() ?? typeof(object)));

    /// <summary>JSON in one line.</summary>
    public static string Write(JsonNode value) => value.ToJsonString(Options);
}
