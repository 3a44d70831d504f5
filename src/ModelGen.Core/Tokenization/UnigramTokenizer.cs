using System.Buffers;
using System.Globalization;
using System.Text;

namespace ModelGen.Tokenization;

/// <summary>
/// A unigram language model of pieces (Kudo 2018), as SentencePiece makes it: of all ways to cut a text into pieces, the likeliest. What no
/// piece covers is unknown, or becomes bytes where the model has tokens for them. The model's rules for characters and spaces do not come
/// back from the tokens.
/// </summary>
// Microsoft.ML.Tokenizers 2.0.1 gives a token for each of several unknown characters side by side, where SentencePiece gives one for all;
// it reads no tokenizer.json, cannot encode a stream of pieces, and is slower. Tests compare the other ids.
public sealed class UnigramTokenizer : Tokenizer
{
    internal const string Kind = "unigram";

    // SentencePiece's penalty for a character that no piece covers.
    private const double UnknownPenalty = 10;

    private readonly SpecialTokenSet _specials;
    private readonly ReplacementRules _rules;
    private readonly UnigramTrie _trie = new();
    private readonly double[] _scores;
    private readonly byte[]?[] _bytes;
    private readonly int[] _byteIds = new int[256];
    private readonly double _unknownScore;
    private readonly bool _cutsAtSpaces;
    private readonly KnownWordsPool _known = new();

    internal UnigramTokenizer(UnigramModel model, TokenizerFile file)
    {
        Model = model;
        _specials = new SpecialTokenSet(SpecialTokenRoles.Of(model.Specials, model.Roles), file);
        _rules = new ReplacementRules(model.Rules, file);
        _scores = [.. model.Pieces.Select(static piece => piece.Score)];
        _bytes = new byte[model.Pieces.Length][];
        _cutsAtSpaces = !model.Pieces.Any(static piece => HasSpaceInside(piece.Text));
        Array.Fill(_byteIds, UnigramTrie.None);
        var normal = model.Pieces.Where(static piece => piece.Kind == UnigramPieceKind.Normal).Select(static piece => piece.Score).ToList();
        var (lowest, highest) = normal.Count > 0 ? (normal.Min(), normal.Max()) : (0, 0);
        _unknownScore = Rounded(lowest - UnknownPenalty);
        for (var id = 0; id < model.Pieces.Length; id++)
        {
            var (text, _, kind) = model.Pieces[id];
            switch (kind)
            {
                case UnigramPieceKind.Normal:
                    _trie.Add(text, id);
                    break;
                case UnigramPieceKind.UserDefined:
                    _scores[id] = Rounded((Encoding.UTF8.GetByteCount(text) * highest) - 0.1);
                    _trie.Add(text, id);
                    break;
                case UnigramPieceKind.Byte:
                    var value = ByteOf(text) ?? throw file.Wrong($"the piece {TokenizerFile.Show(text)} is named for no byte");
                    _bytes[id] = [value];
                    _byteIds[value] = id;
                    break;
            }
        }

        if (model.FallsBackToBytes && Array.IndexOf(_byteIds, UnigramTrie.None) is >= 0 and var missing)
        {
            throw file.Wrong($"it has no piece for the byte 0x{missing:X2}, but falls back to bytes");
        }
    }

    // The same with other roles, which nothing else depends on.
    private UnigramTokenizer(UnigramTokenizer built, UnigramModel model, TokenizerFile file)
    {
        Model = model;
        _specials = new SpecialTokenSet(SpecialTokenRoles.Of(model.Specials, model.Roles), file);
        _rules = built._rules;
        _trie = built._trie;
        _scores = built._scores;
        _bytes = built._bytes;
        _byteIds = built._byteIds;
        _unknownScore = built._unknownScore;
        _cutsAtSpaces = built._cutsAtSpaces;
    }

    /// <inheritdoc/>
    public override int VocabularySize => Model.Pieces.Length;

    /// <inheritdoc/>
    public override IReadOnlyList<SpecialToken> SpecialTokens => _specials.Tokens;

    /// <summary>What files say of it.</summary>
    internal UnigramModel Model { get; }

    /// <summary>Reads a model of SentencePiece, of type unigram. Its control pieces are special tokens.</summary>
    /// <param name="path">The file, which usually ends in <c>.model</c>.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="ModelGenException">The file cannot be read, is not such a model, or asks for something that ModelGen does not
    /// do.</exception>
    public static UnigramTokenizer ReadSentencePiece(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return SentencePieceFile.Parse(TokenizerFile.ReadBytes(path), new TokenizerFile(path));
    }

    /// <summary>The same tokenizer with roles of its special tokens.</summary>
    internal UnigramTokenizer WithRoles(IReadOnlyDictionary<string, SpecialTokenRole> roles, TokenizerFile file) =>
        new(this, Model with { Roles = roles }, file);

    /// <summary>The byte that a piece such as <c>&lt;0x0A&gt;</c> is named for.</summary>
    internal static byte? ByteOf(string text) =>
        text.Length == 6
        && text.StartsWith("<0x", StringComparison.Ordinal)
        && text[5] == '>'
        && byte.TryParse(text.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;

    /// <inheritdoc/>
    public override TokenEncoder CreateEncoder() => new SplitterEncoder(new Splitter(this), _known);

    /// <inheritdoc/>
    public override TokenDecoder CreateDecoder() => new UnigramDecoder(this);

    /// <summary>The number of UTF-8 bytes that a token adds to a text, with a space as one byte; the text's own space before its beginning
    /// counts, too.</summary>
    /// <param name="token">An id below <see cref="VocabularySize"/>.</param>
    /// <returns>The number of bytes.</returns>
    public override int ByteCount(int token) => Encoding.UTF8.GetByteCount(TextOf(token));

    /// <inheritdoc/>
    public override byte[] BytesOf(int token, bool isFirst) =>
        _bytes[token] is { } bytes ? [.. bytes] : Encoding.UTF8.GetBytes(TextOf(token, isFirst));

    internal override WordLinks LinksOf(int token) =>
        WordTable.LinksOf(_bytes[token] ?? Encoding.UTF8.GetBytes(Model.Pieces[token].Text), new Rune(UnigramModel.Space));

    /// <inheritdoc/>
    public override string Serialize() => UnigramFormat.Serialize(Model);

    private static bool HasSpaceInside(string text)
    {
        for (var index = 1; index < text.Length; index++)
        {
            if (text[index] == UnigramModel.Space && text[index - 1] != UnigramModel.Space)
            {
                return true;
            }
        }

        return false;
    }

    // SentencePiece adds in single precision, Hugging Face's tokenizers in double.
    private double Rounded(double score) => Model.SplitsWords ? score : (float)score;

    private string TextOf(int token) => _bytes[token] is not null ? "?" : Model.Pieces[token].Text.Replace(UnigramModel.Space, ' ');

    // The space before the text's beginning is not the text's own.
    private string TextOf(int token, bool isFirst)
    {
        var text = TextOf(token);
        return isFirst && Model.AddsSpace && text.StartsWith(' ') ? text[1..] : text;
    }

    /// <summary>The likeliest pieces of a text (Viterbi 1967); of equally likely ways the one whose last piece is longer.</summary>
    private int[] EncodeStretch(ReadOnlySpan<char> text)
    {
        var best = new (double Score, int Start, int Piece)[text.Length + 1];
        Array.Fill(best, (0, UnigramTrie.None, UnigramTrie.None), 1, text.Length);
        for (int start = 0, length; start < text.Length; start += length)
        {
            length = char.IsHighSurrogate(text[start]) ? 2 : 1;
            var (score, isCovered, node) = (best[start].Score, false, UnigramTrie.Root);
            for (var end = start + 1; end <= text.Length; end++)
            {
                node = _trie.Next(node, text[end - 1]);
                if (node == UnigramTrie.None)
                {
                    break;
                }

                if (_trie.PieceAt(node) is >= 0 and var piece)
                {
                    Offer(end, Rounded(score + _scores[piece]), piece);
                    isCovered |= end == start + length;
                }
            }

            if (!isCovered)
            {
                Offer(start + length, Rounded(score + _unknownScore), Model.Unknown);
            }

            void Offer(int end, double candidate, int piece)
            {
                if (best[end].Start < 0 || candidate > best[end].Score)
                {
                    best[end] = (candidate, start, piece);
                }
            }
        }

        var tokens = new List<int>();
        for (var end = text.Length; end > 0; end = best[end].Start)
        {
            var (_, start, piece) = best[end];
            if (piece == Model.Unknown && Model.FallsBackToBytes)
            {
                var bytes = Encoding.UTF8.GetBytes(text[start..end].ToString());
                tokens.AddRange(bytes.Reverse().Select(value => _byteIds[value]));
            }
            else
            {
                tokens.Add(piece);
            }
        }

        tokens.Reverse();
        return [.. tokens];
    }

    private sealed class Splitter(UnigramTokenizer tokenizer)
        : UnigramSplitter(tokenizer.Model, tokenizer._rules, tokenizer._cutsAtSpaces, tokenizer._specials)
    {
        private bool _isAfterUnknown;

        protected override void TakeStretch(ReadOnlySpan<char> text)
        {
            if (!Known.TryFind(text, out var tokens))
            {
                tokens = tokenizer.EncodeStretch(text);
                Known.Add(text, tokens);
            }

            // Unknown characters side by side are one token; in Hugging Face's tokenizers inside a word only.
            _isAfterUnknown &= !tokenizer.Model.SplitsWords;
            foreach (var token in tokens)
            {
                var isUnknown = token == tokenizer.Model.Unknown;
                if (!isUnknown || !_isAfterUnknown)
                {
                    Write(token);
                }

                _isAfterUnknown = isUnknown;
            }
        }

        protected override void EndSection() => _isAfterUnknown = false;
    }

    private sealed class UnigramDecoder(UnigramTokenizer tokenizer) : TokenDecoder
    {
        private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
        private bool _isFirst = true;

        public override string Append(int token)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(token);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, tokenizer.VocabularySize);
            if (tokenizer._bytes[token] is { } bytes)
            {
                _isFirst = false;
                return Decode(bytes, flush: false);
            }

            var text = tokenizer.TextOf(token, _isFirst);
            _isFirst = tokenizer.Model.Pieces[token].Kind == UnigramPieceKind.Control && _isFirst;
            return Decode([], flush: true) + text;
        }

        public override string Flush()
        {
            _isFirst = true;
            return Decode([], flush: true);
        }

        private string Decode(byte[] bytes, bool flush)
        {
            var characters = new char[_decoder.GetCharCount(bytes, 0, bytes.Length, flush)];
            return new string(characters, 0, _decoder.GetChars(bytes, 0, bytes.Length, characters, 0, flush));
        }
    }
}
