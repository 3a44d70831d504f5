using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ModelGen.Data;

namespace ModelGen.Tokenization;

/// <summary>
/// One token per character (Unicode scalar value) that occurs in the training text, numbered in ascending order of the character.
/// </summary>
public sealed class CharacterTokenizer : Tokenizer
{
    internal const string Kind = "characters";

    private const int Unknown = -1;

    private readonly Rune[] _characters;

    // By Unicode scalar value; Unknown for those without a token.
    private readonly int[] _ids;

    private CharacterTokenizer(IReadOnlyList<Rune> characters, int? vocabulary, IReadOnlyList<(SpecialTokenRole, string)> specials)
    {
        _characters = [.. characters];
        VocabularySize = specials.Count == 0 ? _characters.Length : vocabulary ?? (_characters.Length + specials.Count);
        SpecialTokens = SpecialTokenList.From(VocabularySize - specials.Count, specials);
        _ids = new int[_characters[^1].Value + 1];
        Array.Fill(_ids, Unknown);
        for (var id = 0; id < _characters.Length; id++)
        {
            _ids[_characters[id].Value] = id;
        }
    }

    /// <summary>
    /// The number of characters; with special tokens, whose ids are the last that the model knows, the model's vocabulary size.
    /// </summary>
    public override int VocabularySize { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<SpecialToken> SpecialTokens { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> TextTokens => [.. Enumerable.Range(0, _characters.Length)];

    /// <summary>Creates a tokenizer for all characters in a text.</summary>
    /// <param name="text">The text; only the set of its characters matters.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="ModelGenException">The text is empty or has half of a surrogate pair.</exception>
    public static CharacterTokenizer FromText(string text)
    {
        return FromText(TextCorpus.FromText(NotEmpty(text)));
    }

    /// <summary>Creates a tokenizer for all characters in a text.</summary>
    /// <param name="text">The text; only the set of its characters matters.</param>
    /// <returns>The tokenizer.</returns>
    public static CharacterTokenizer FromText(TextCorpus text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new CharacterTokenizer(text.Alphabet, null, []);
    }

    /// <summary>
    /// Creates a tokenizer for all characters in a text, except those of special tokens written in it, for a model with a given vocabulary
    /// size.
    /// </summary>
    /// <param name="text">The text; only the set of its characters matters.</param>
    /// <param name="vocabulary">The model's vocabulary size.</param>
    /// <param name="specials">Special tokens; they get the last ids of the vocabulary.</param>
    /// <returns>The tokenizer; it may have fewer tokens than the model.</returns>
    /// <exception cref="ModelGenException">The text has more distinct characters than the model has tokens, is empty, or has half of a
    /// surrogate pair.</exception>
    public static CharacterTokenizer FromText(
        string text,
        int vocabulary,
        params IReadOnlyList<(SpecialTokenRole Role, string Text)> specials
    ) => FromText(TextCorpus.FromText(NotEmpty(text)), vocabulary, specials);

    /// <summary>
    /// Creates a tokenizer for all characters in a text, except those of special tokens written in it, for a model with a given vocabulary
    /// size.
    /// </summary>
    /// <param name="text">The text; only the set of its characters matters.</param>
    /// <param name="vocabulary">The model's vocabulary size.</param>
    /// <param name="specials">Special tokens; they get the last ids of the vocabulary.</param>
    /// <returns>The tokenizer; it may have fewer tokens than the model.</returns>
    /// <exception cref="ModelGenException">The text has more distinct characters than the model has tokens.</exception>
    public static CharacterTokenizer FromText(
        TextCorpus text,
        int vocabulary,
        params IReadOnlyList<(SpecialTokenRole Role, string Text)> specials
    )
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(specials);
        var room = vocabulary - specials.Count;
        var characters = CharacterCollector.Distinct(text, SpecialTokenList.From(room, specials));
        if (characters.Count == 0)
        {
            throw new ModelGenException("The text has no characters beside its special tokens, so that there is nothing to learn from.");
        }

        if (characters.Count > room)
        {
            var held = specials.Count == 0 ? $"{vocabulary}" : $"{room} beside its special tokens";
            throw new ModelGenException(
                $"The text has {characters.Count} distinct characters, but the model's vocabulary holds {held}; "
                    + $"raise the vocabulary to {characters.Count + specials.Count} or clean the text."
            );
        }

        return new CharacterTokenizer(characters, vocabulary, specials);
    }

    /// <inheritdoc/>
    public override TokenEncoder CreateEncoder() => SpecialTokenEncoder.Around(new CharacterEncoder(_ids), SpecialTokens);

    /// <inheritdoc/>
    public override long CountTokens(TextCorpus text, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return SpecialTokens.Count == 0 ? text.CharacterCount : base.CountTokens(text, cancellation);
    }

    /// <inheritdoc/>
    public override TokenDecoder CreateDecoder() => new CharacterDecoder(this);

    /// <inheritdoc/>
    public override int ByteCount(int token) => token < _characters.Length ? _characters[token].Utf8SequenceLength : 0;

    /// <inheritdoc/>
    public override byte[] BytesOf(int token, bool isFirst) =>
        token < _characters.Length ? Encoding.UTF8.GetBytes(_characters[token].ToString()) : [];

    internal override WordLinks LinksOf(int token) => token < _characters.Length ? WordTable.LinksOf(_characters[token]) : WordLinks.None;

    /// <inheritdoc/>
    public override string Serialize()
    {
        var specials = SpecialTokenList.Serialize(SpecialTokens);
        var vocabulary = specials.Length == 0 ? "" : FormattableString.Invariant($",\"vocabulary\":{VocabularySize}");
        return $$"""{"kind":"{{Kind}}","characters":"{{JsonEncodedText.Encode(string.Concat(_characters))}}"{{vocabulary}}{{specials}}}""";
    }

    /// <summary>Builds the tokenizer that a checkpoint describes.</summary>
    /// <exception cref="FormatException">The vocabulary is too small.</exception>
    internal static CharacterTokenizer From(string characters, int? vocabulary, IReadOnlyList<(SpecialTokenRole, string)> specials)
    {
        var alphabet = TextCorpus.FromText(NotEmpty(characters)).Alphabet;
        return vocabulary < alphabet.Count + specials.Count
            ? throw new FormatException($"A vocabulary of {vocabulary} does not hold {alphabet.Count} characters and the special tokens.")
            : new CharacterTokenizer(alphabet, vocabulary, specials);
    }

    private static string NotEmpty(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length > 0
            ? text
            : throw new ModelGenException(
                "A character tokenizer takes its vocabulary from a text, but the text is empty; pass the training text."
            );
    }

    private sealed class CharacterEncoder(int[] ids) : TokenEncoder
    {
        private long _position;
        private long _line = 1;
        private long _lineStart;

        public override void Append(ReadOnlySpan<char> piece, IBufferWriter<int> tokens)
        {
            ArgumentNullException.ThrowIfNull(tokens);
            var target = tokens.GetSpan(Math.Max(1, piece.Length));
            var (position, count) = (0, 0);
            while (position < piece.Length)
            {
                int value = piece[position];
                var units = 1;
                if (char.IsSurrogate((char)value))
                {
                    var rune = ReadPair(piece, position);
                    (value, units) = (rune.Value, rune.Utf16SequenceLength);
                }

                var id = value < ids.Length ? ids[value] : Unknown;
                target[count++] = id != Unknown ? id : throw UnknownCharacter(piece, position, new Rune(value));
                position += units;
            }

            tokens.Advance(count);
            if (piece.LastIndexOf('\n') is >= 0 and var last)
            {
                _line += piece.Count('\n');
                _lineStart = _position + last + 1;
            }

            _position += piece.Length;
        }

        public override void Flush(IBufferWriter<int> tokens) => (_position, _line, _lineStart) = (0, 1, 0);

        internal override void Skip(int length) => _position += length;

        private Rune ReadPair(ReadOnlySpan<char> piece, int position) =>
            Rune.DecodeFromUtf16(piece[position..], out var rune, out _) == OperationStatus.Done
                ? rune
                : throw new ModelGenException(
                    $"The text has half of a surrogate pair at position {_position + position}, which is not a character; remove it."
                );

        private ModelGenException UnknownCharacter(ReadOnlySpan<char> piece, int position, Rune rune)
        {
            var before = piece[..position];
            var line = _line + before.Count('\n');
            var lineStart = before.LastIndexOf('\n') is >= 0 and var last ? _position + last + 1 : _lineStart;
            var shown = Rune.IsControl(rune) ? "" : $" '{rune}'";
            return new ModelGenException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The character{shown} (U+{rune.Value:X4}) at line {line}, column {_position + position - lineStart + 1} does not "
                        + $"occur in the text that the tokenizer was built from; remove it or use a byte tokenizer."
                )
            );
        }
    }

    private sealed class CharacterDecoder(CharacterTokenizer tokenizer) : TokenDecoder
    {
        public override string Append(int token)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(token);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, tokenizer.VocabularySize);
            return token < tokenizer._characters.Length
                ? tokenizer._characters[token].ToString()
                : tokenizer.SpecialTokens.FirstOrDefault(special => special.Id == token)?.Text ?? Rune.ReplacementChar.ToString();
        }

        public override string Flush() => "";
    }
}
