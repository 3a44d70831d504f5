using System.Text.Json;

namespace ModelGen.Tokenization;

/// <summary>
/// The JSON form of tokenizers in checkpoints: <c>{"kind":"bytes"}</c>, <c>{"kind":"characters","characters":"…"}</c>, both with special
/// tokens also <c>"special":{"mask":"…"}</c> and, for characters, <c>"vocabulary":256</c>; <c>{"kind":"bpe","tokenizer":{…}}</c> and
/// <c>{"kind":"word-piece","tokenizer":{…}}</c> with the content of a <c>tokenizer.json</c>, <c>{"kind":"unigram","pieces":[…],…}</c>, or
/// <c>{"kind":"tiktoken","pattern":"…","special":{…},"ranks":"…"}</c> with the lines of a file of tiktoken; these four
/// also with <c>"roles":{"mask":"…"}</c>.
/// </summary>
internal static class TokenizerFormat
{
    /// <summary>The form of a tokenizer whose content is JSON.</summary>
    public static string Wrap(string kind, string tokenizer, IReadOnlyDictionary<string, SpecialTokenRole> roles) =>
        $$"""{"kind":"{{kind}}","tokenizer":{{tokenizer}}{{SpecialTokenRoles.Serialize(roles)}}}""";

    public static Tokenizer Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            return root.GetProperty("kind").GetString() switch
            {
                ByteTokenizer.Kind => new ByteTokenizer(SpecialTokenList.Parse(root)),
                CharacterTokenizer.Kind => CharacterTokenizer.From(
                    root.GetProperty("characters").GetString() ?? "",
                    root.TryGetProperty("vocabulary", out var vocabulary) ? vocabulary.GetInt32() : null,
                    SpecialTokenList.Parse(root)
                ),
                BpeTokenizer.Kind or WordPieceTokenizer.Kind => WithRoles(
                    TokenizerJson.Read(root.GetProperty("tokenizer"), TokenizerFile.Checkpoint, mayLeaveIds: true)
                ),
                UnigramTokenizer.Kind => WithRoles(UnigramFormat.Parse(root)),
                TiktokenFormat.Kind => WithRoles(
                    TiktokenFormat.Parse(
                        TokenizerFile.Checkpoint,
                        root.GetProperty("ranks").GetString() ?? "",
                        root.GetProperty("pattern").GetString() ?? "",
                        TokenizerJson
                            .Ids(root.GetProperty("special"), "the object of special tokens", TokenizerFile.Checkpoint)
                            .ToDictionary(static token => token.Key, static token => token.Value)
                    )
                ),
                var other => throw new ModelGenException(
                    $"The tokenizer kind '{other}' is unknown to this version of ModelGen; it knows '{ByteTokenizer.Kind}', "
                        + $"'{CharacterTokenizer.Kind}', '{BpeTokenizer.Kind}', '{TiktokenFormat.Kind}', '{WordPieceTokenizer.Kind}' and "
                        + $"'{UnigramTokenizer.Kind}'."
                ),
            };

            Tokenizer WithRoles(Tokenizer tokenizer) =>
                SpecialTokenRoles.Give(tokenizer, SpecialTokenRoles.Parse(root), TokenizerFile.Checkpoint);
        }
        catch (Exception exception)
            when (exception
                    is JsonException
                        or KeyNotFoundException
                        or InvalidOperationException
                        or FormatException
                        or ArgumentException
                        or IndexOutOfRangeException
            )
        {
            throw new ModelGenException(
                $"{TokenizerFile.Show(text)} does not describe a tokenizer; the checkpoint is damaged or was written by another program.",
                exception
            );
        }
    }
}
