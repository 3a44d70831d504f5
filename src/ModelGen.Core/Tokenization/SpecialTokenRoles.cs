using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelGen.Tokenization;

/// <summary>What the special tokens of files are for: as a spec says, otherwise as their published names tell.</summary>
internal static class SpecialTokenRoles
{
    private const string Key = "roles";

    /// <summary>The special tokens in the order of their ids.</summary>
    /// <param name="ids">Their ids by their text.</param>
    /// <param name="roles">What some of them are for; no other has one of these roles, whatever its name.</param>
    public static IReadOnlyList<SpecialToken> Of(
        IReadOnlyDictionary<string, int> ids,
        IReadOnlyDictionary<string, SpecialTokenRole> roles
    ) =>
        [
            .. ids.OrderBy(static token => token.Value)
                .Select(token => new SpecialToken(
                    roles.TryGetValue(token.Key, out var given) ? given
                        : SpecialTokenNames.Role(token.Key) is var named && roles.Values.Contains(named) ? SpecialTokenRole.Other
                        : named,
                    token.Key,
                    token.Value
                )),
        ];

    /// <summary>The same tokenizer with these roles.</summary>
    /// <param name="tokenizer">A tokenizer of the kind that files hold.</param>
    /// <param name="roles">What some of its special tokens are for, by their text; with none, the tokenizer is the one given.</param>
    /// <param name="file">Where it comes from.</param>
    public static Tokenizer Give(Tokenizer tokenizer, IReadOnlyDictionary<string, SpecialTokenRole> roles, TokenizerFile file) =>
        roles.Count == 0
            ? tokenizer
            : tokenizer switch
            {
                BpeTokenizer bpe => bpe.WithRoles(roles, file),
                WordPieceTokenizer wordPiece => wordPiece.WithRoles(roles, file),
                UnigramTokenizer unigram => unigram.WithRoles(roles, file),
                _ => throw new ArgumentException($"{tokenizer.GetType().Name} is in no file.", nameof(tokenizer)),
            };

    /// <summary>A key of a tokenizer's JSON object, after the others; empty if there are no roles.</summary>
    public static string Serialize(IReadOnlyDictionary<string, SpecialTokenRole> roles) =>
        roles.Count == 0 ? "" : $",\"{Key}\":{Json(roles).ToJsonString()}";

    /// <summary>A tokenizer's JSON object with its roles.</summary>
    /// <param name="json">The object without them.</param>
    /// <param name="roles">The roles.</param>
    public static string Append(MemoryStream json, IReadOnlyDictionary<string, SpecialTokenRole> roles) =>
        $"{Encoding.UTF8.GetString(json.GetBuffer().AsSpan(0, (int)json.Length - 1))}{Serialize(roles)}}}";

    private static JsonObject Json(IReadOnlyDictionary<string, SpecialTokenRole> roles) =>
        new(
            roles
                .OrderBy(static role => role.Value)
                .Select(static role => KeyValuePair.Create(SpecialTokenList.Name(role.Value), (JsonNode?)role.Key))
        );

    /// <summary>Reads what <see cref="Serialize"/> wrote.</summary>
    /// <exception cref="FormatException">A role is unknown, or its token stands there twice.</exception>
    public static IReadOnlyDictionary<string, SpecialTokenRole> Parse(JsonElement tokenizer)
    {
        var roles = new Dictionary<string, SpecialTokenRole>();
        foreach (var role in tokenizer.TryGetProperty(Key, out var given) ? given.EnumerateObject() : default)
        {
            if (!roles.TryAdd(role.Value.GetString() ?? "", SpecialTokenList.Role(role.Name)))
            {
                throw new FormatException($"A special token has two roles, one of them '{role.Name}'.");
            }
        }

        return roles;
    }
}
