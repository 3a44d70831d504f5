using System.Text.Json;

namespace ModelGen.Tokenization;

/// <summary>
/// The JSON form of tokenizers in checkpoints: <c>{"kind":"bytes"}</c> or <c>{"kind":"characters","characters":"…"}</c>, with special tokens
/// also <c>"special":{"mask":"…"}</c> and, for characters, <c>"vocabulary":256</c>.
/// </summary>
internal static class TokenizerFormat
{
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
                var other => throw new ModelGenException(
                    $"The tokenizer kind '{other}' is unknown to this version of ModelGen; it knows '{ByteTokenizer.Kind}' and "
                        + $"'{CharacterTokenizer.Kind}'."
                ),
            };
        }
        catch (Exception exception)
            when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ModelGenException(
                $"'{text}' does not describe a tokenizer; the checkpoint is damaged or was written by another program.",
                exception
            );
        }
    }
}
