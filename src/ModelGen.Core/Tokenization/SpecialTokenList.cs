using System.Text.Json;
using System.Text.Json.Nodes;
using ModelGen.Data;

namespace ModelGen.Tokenization;

/// <summary>The special tokens of a tokenizer, checked, and in the form of checkpoints.</summary>
internal static class SpecialTokenList
{
    private const string Key = "special";

    /// <summary>Special tokens with consecutive ids.</summary>
    /// <param name="first">The id of the first.</param>
    /// <param name="specials">Their roles and texts.</param>
    /// <exception cref="ArgumentException">A text is empty, has a line break or half of a surrogate pair, or two tokens have the same role
    /// or text.</exception>
    public static IReadOnlyList<SpecialToken> From(int first, IReadOnlyList<(SpecialTokenRole Role, string Text)> specials)
    {
        ArgumentNullException.ThrowIfNull(specials);
        var tokens = specials.Select((special, index) => new SpecialToken(special.Role, special.Text, first + index)).ToArray();
        if (
            tokens.Any(static token => string.IsNullOrEmpty(token.Text))
            || tokens.DistinctBy(static token => token.Role).Count() < tokens.Length
            || tokens.Any(static token => token.Text.Contains('\n', StringComparison.Ordinal) || Surrogates.IndexOfHalf(token.Text) >= 0)
            || tokens.DistinctBy(static token => token.Text).Count() < tokens.Length
        )
        {
            throw new ArgumentException(
                $"Special tokens need a role and a text of one line of their own; these are {string.Join(", ", specials)}.",
                nameof(specials)
            );
        }

        return tokens;
    }

    /// <summary>The end of a tokenizer's JSON object; empty if it has none.</summary>
    public static string Serialize(IReadOnlyList<SpecialToken> tokens) =>
        tokens.Count == 0 ? "" : $",\"{Key}\":{Json(tokens).ToJsonString()}";

    private static JsonObject Json(IReadOnlyList<SpecialToken> tokens) =>
        new(tokens.Select(static token => KeyValuePair.Create(Name(token.Role), (JsonNode?)token.Text)));

    /// <summary>Reads what <see cref="Serialize"/> wrote.</summary>
    /// <exception cref="FormatException">A role is unknown.</exception>
    public static IReadOnlyList<(SpecialTokenRole, string)> Parse(JsonElement tokenizer) =>
        tokenizer.TryGetProperty(Key, out var specials)
            ? [.. specials.EnumerateObject().Select(static special => (Role(special.Name), special.Value.GetString() ?? ""))]
            : [];

    /// <summary>What checkpoints call a role.</summary>
    public static string Name(SpecialTokenRole role) => role.ToString().ToLowerInvariant();

    /// <summary>The role that checkpoints call so.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static SpecialTokenRole Role(string name) =>
        Enum.GetValues<SpecialTokenRole>().Where(role => Name(role) == name).ToArray() is [var found]
            ? found
            : throw new FormatException($"'{name}' is no role of a special token.");
}
