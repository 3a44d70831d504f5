using System.Buffers;
using System.Text;

namespace ModelGen.Tokenization;

/// <summary>
/// WordPiece (Schuster and Nakajima 2012; as in BERT, Devlin et al. 2019): text is cut into words, and each word into the longest tokens
/// from its start. A word that the tokens cannot make up is <c>[UNK]</c>. White space, and in most models case and accents, do not come
/// back from the tokens.
/// </summary>
// Microsoft.ML.Tokenizers 2.0.1 is wrong: where globalization is invariant it leaves the accents that BERT strips, it drops signs such as
// > and Chinese characters beyond U+FFFF, and takes _ for a letter; it cannot encode a stream of pieces, and is half as fast.
public sealed class WordPieceTokenizer : Tokenizer
{
    internal const string Kind = "word-piece";

    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _starts;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _continuations;
    private readonly SpecialTokenSet _specials;
    private readonly int _unknown;
    private readonly int _longest;
    private readonly KnownWordsPool _known = new();

    internal WordPieceTokenizer(WordPieceModel model, TokenizerFile file)
    {
        Model = model;
        _specials = new SpecialTokenSet(SpecialTokenRoles.Of(model.Specials, model.Roles), file);
        _starts = new Dictionary<string, int>().GetAlternateLookup<ReadOnlySpan<char>>();
        _continuations = new Dictionary<string, int>().GetAlternateLookup<ReadOnlySpan<char>>();
        for (var id = 0; id < model.Tokens.Length; id++)
        {
            var token = model.Tokens[id];
            _starts.Dictionary.Add(token, id);
            if (token.Length > model.Prefix.Length && token.StartsWith(model.Prefix, StringComparison.Ordinal))
            {
                _continuations.Dictionary.Add(token[model.Prefix.Length..], id);
            }

            _longest = Math.Max(_longest, token.Length);
        }

        _unknown = _starts.Dictionary.TryGetValue(model.Unknown, out var unknown)
            ? unknown
            : throw file.Wrong($"it has no token {TokenizerFile.Show(model.Unknown)} for unknown words");
    }

    // The same with other roles, which nothing else depends on.
    private WordPieceTokenizer(WordPieceTokenizer built, WordPieceModel model, TokenizerFile file)
    {
        Model = model;
        _specials = new SpecialTokenSet(SpecialTokenRoles.Of(model.Specials, model.Roles), file);
        _starts = built._starts;
        _continuations = built._continuations;
        _unknown = built._unknown;
        _longest = built._longest;
    }

    /// <inheritdoc/>
    public override int VocabularySize => Model.Tokens.Length;

    /// <inheritdoc/>
    public override IReadOnlyList<SpecialToken> SpecialTokens => _specials.Tokens;

    /// <summary>What files say of it.</summary>
    internal WordPieceModel Model { get; }

    /// <summary>
    /// Reads BERT's <c>vocab.txt</c>: a token on each line, its id is the number of the line, from 0. Those of <c>[PAD]</c>,
    /// <c>[UNK]</c>, <c>[CLS]</c>, <c>[SEP]</c> and <c>[MASK]</c> that it has are special tokens.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="lowersCase">Whether the model is one of those without case ("uncased"): letters become lower-case letters without
    /// accents.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="ModelGenException">The file cannot be read, has an empty line or a token twice, or lacks <c>[UNK]</c>.</exception>
    public static WordPieceTokenizer ReadVocabulary(string path, bool lowersCase = true)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = new TokenizerFile(path);
        var lines = TokenizerFile.ReadText(path).TrimEnd('\r', '\n').Split('\n');
        var ids = new Dictionary<string, int>();
        for (var id = 0; id < lines.Length; id++)
        {
            lines[id] = lines[id].TrimEnd('\r');
            if (lines[id].Length == 0)
            {
                throw file.Wrong($"its line {id + 1} is empty; each line has one token");
            }

            if (!ids.TryAdd(lines[id], id))
            {
                throw file.Wrong($"the token {TokenizerFile.Show(lines[id])} on its line {id + 1} stands there twice");
            }
        }

        string[] specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
        return new WordPieceTokenizer(
            new WordPieceModel
            {
                Tokens = lines,
                Specials = specials.Where(ids.ContainsKey).ToDictionary(static token => token, token => ids[token]),
                LowersCase = lowersCase,
                StripsAccents = lowersCase,
            },
            file
        );
    }

    /// <inheritdoc/>
    public override TokenEncoder CreateEncoder() => new SplitterEncoder(new Splitter(this), _known);

    /// <inheritdoc/>
    public override TokenDecoder CreateDecoder() => new WordPieceDecoder(Model);

    /// <summary>The number of UTF-8 bytes of a token, without the sign that it continues a word. Spaces are no tokens.</summary>
    /// <param name="token">An id below <see cref="VocabularySize"/>.</param>
    /// <returns>The number of bytes.</returns>
    public override int ByteCount(int token)
    {
        var text = Model.Tokens[token];
        return Encoding.UTF8.GetByteCount(text.AsSpan(Model.IsContinuation(text) ? Model.Prefix.Length : 0));
    }

    /// <inheritdoc/>
    public override byte[] BytesOf(int token, bool isFirst) => Encoding.UTF8.GetBytes(Model.TextOf(token, isFirst));

    internal override WordLinks LinksOf(int token) => Model.IsContinuation(Model.Tokens[token]) ? WordLinks.Both : WordLinks.ToNext;

    /// <inheritdoc/>
    public override string Serialize() => TokenizerFormat.Wrap(Kind, TokenizerJsonWriter.Write(Model), Model.Roles);

    /// <summary>The same tokenizer with roles of its special tokens.</summary>
    internal WordPieceTokenizer WithRoles(IReadOnlyDictionary<string, SpecialTokenRole> roles, TokenizerFile file) =>
        new(this, Model with { Roles = roles }, file);

    private int[] EncodeWord(ReadOnlySpan<char> word)
    {
        var tokens = new List<int>();
        var start = 0;
        while (start < word.Length)
        {
            var lookup = start == 0 ? _starts : _continuations;
            var (token, length) = (0, Math.Min(word.Length - start, _longest));
            while (length > 0 && !lookup.TryGetValue(word.Slice(start, length), out token))
            {
                length--;
            }

            if (length == 0)
            {
                return [_unknown];
            }

            tokens.Add(token);
            start += length;
        }

        return [.. tokens];
    }

    private sealed class Splitter(WordPieceTokenizer tokenizer) : BertWordSplitter(tokenizer.Model, tokenizer._specials)
    {
        protected override void TakeWord(ReadOnlySpan<char> word, bool isTooLong)
        {
            if (isTooLong)
            {
                Write(tokenizer._unknown);
                return;
            }

            if (!Known.TryFind(word, out var tokens))
            {
                tokens = tokenizer.EncodeWord(word);
                Known.Add(word, tokens);
            }

            Tokens.Write(tokens);
        }
    }

    private sealed class WordPieceDecoder(WordPieceModel model) : TokenDecoder
    {
        private bool _hasBegun;

        public override string Append(int token)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(token);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, model.Tokens.Length);
            var text = model.TextOf(token, isFirst: !_hasBegun);
            _hasBegun = true;
            return text;
        }

        public override string Flush()
        {
            _hasBegun = false;
            return "";
        }
    }
}
