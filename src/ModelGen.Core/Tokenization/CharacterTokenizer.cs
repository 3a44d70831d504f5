using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ModelGen.Tokenization;

/// <summary>
/// One token per character (Unicode scalar value) that occurs in the training text, numbered in ascending order of the character.
/// </summary>
public sealed class CharacterTokenizer : Tokenizer
{
    internal const string Kind = "characters";

    private readonly Rune[] _characters;
    private readonly FrozenDictionary<Rune, int> _ids;

    private CharacterTokenizer(Rune[] characters)
    {
        _characters = characters;
        _ids = characters.Index().ToFrozenDictionary(static entry => entry.Item, static entry => entry.Index);
    }

    /// <inheritdoc/>
    public override int VocabularySize => _characters.Length;

    /// <summary>Creates a tokenizer for all characters in a text.</summary>
    /// <param name="text">The text; only the set of its characters matters.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="ModelGenException">The text is empty or has half of a surrogate pair.</exception>
    public static CharacterTokenizer FromText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var seen = new HashSet<Rune>();
        var position = 0;
        while (position < text.Length)
        {
            var rune = ReadRune(text, position);
            seen.Add(rune);
            position += rune.Utf16SequenceLength;
        }

        if (seen.Count == 0)
        {
            throw new ModelGenException(
                "A character tokenizer takes its vocabulary from a text, but the text is empty; pass the training text."
            );
        }

        return new CharacterTokenizer([.. seen.Order()]);
    }

    /// <summary>Creates a tokenizer for all characters in a text, for a model with a given vocabulary size.</summary>
    /// <param name="text">The text; only the set of its characters matters.</param>
    /// <param name="vocabulary">The model's vocabulary size.</param>
    /// <returns>The tokenizer; it may have fewer tokens than the model.</returns>
    /// <exception cref="ModelGenException">The text has more distinct characters than the model has tokens, is empty, or has half of a
    /// surrogate pair.</exception>
    public static CharacterTokenizer FromText(string text, int vocabulary)
    {
        var tokenizer = FromText(text);
        return tokenizer.VocabularySize <= vocabulary
            ? tokenizer
            : throw new ModelGenException(
                $"The text has {tokenizer.VocabularySize} distinct characters, but the model's vocabulary holds {vocabulary}; "
                    + $"raise the vocabulary to {tokenizer.VocabularySize} or clean the text."
            );
    }

    /// <inheritdoc/>
    public override int[] Encode(ReadOnlySpan<char> text)
    {
        var tokens = new List<int>(text.Length);
        var position = 0;
        while (position < text.Length)
        {
            var rune = ReadRune(text, position);
            if (!_ids.TryGetValue(rune, out var id))
            {
                throw UnknownCharacter(text, position, rune);
            }

            tokens.Add(id);
            position += rune.Utf16SequenceLength;
        }

        return [.. tokens];
    }

    /// <inheritdoc/>
    public override TokenDecoder CreateDecoder() => new CharacterDecoder(_characters);

    /// <inheritdoc/>
    public override int ByteCount(int token) => _characters[token].Utf8SequenceLength;

    /// <inheritdoc/>
    public override string Serialize() => $$"""{"kind":"{{Kind}}","characters":"{{JsonEncodedText.Encode(string.Concat(_characters))}}"}""";

    private static Rune ReadRune(ReadOnlySpan<char> text, int position) =>
        Rune.DecodeFromUtf16(text[position..], out var rune, out _) == System.Buffers.OperationStatus.Done
            ? rune
            : throw new ModelGenException(
                $"The text has half of a surrogate pair at position {position}, which is not a character; remove it."
            );

    private static ModelGenException UnknownCharacter(ReadOnlySpan<char> text, int position, Rune rune)
    {
        var before = text[..position];
        var line = before.Count('\n') + 1;
        var column = position - before.LastIndexOf('\n');
        var shown = Rune.IsControl(rune) ? "" : $" '{rune}'";
        return new ModelGenException(
            string.Create(
                CultureInfo.InvariantCulture,
                $"The character{shown} (U+{rune.Value:X4}) at line {line}, column {column} does not occur in the text that the "
                    + $"tokenizer was built from; remove it or use a byte tokenizer."
            )
        );
    }

    private sealed class CharacterDecoder(Rune[] characters) : TokenDecoder
    {
        public override string Append(int token)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(token);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, characters.Length);
            return characters[token].ToString();
        }

        public override string Flush() => "";
    }
}
