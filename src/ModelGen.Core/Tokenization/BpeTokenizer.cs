using System.Buffers;
using System.Text;
using ModelGen.Data;
using ModelGen.Files;

namespace ModelGen.Tokenization;

/// <summary>
/// Byte-level byte-pair encoding (Sennrich et al. 2016; Radford et al. 2019): text is cut into words, and pairs of tokens, at first the
/// bytes of UTF-8, are merged inside each word. Any text can be encoded, and comes back from its tokens as it was.
/// </summary>
/// <remarks>Special tokens, such as <c>&lt;|endoftext|&gt;</c>, are recognised in the text.</remarks>
// Microsoft.ML.Tokenizers 2.0.1 gives the same ids for ordinary text, but takes n² steps for a word of n bytes, replaces halves of
// surrogate pairs without a word, matches its patterns on UTF-16, so that letters beyond U+FFFF count as punctuation, cannot encode a
// stream of pieces, and is half as fast; tests compare the ids.
public sealed class BpeTokenizer : Tokenizer
{
    internal const string Kind = "bpe";

    private const string Gpt2Text = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private readonly BytePairMerges _merges = new();
    private readonly int[] _byteIds = new int[256];
    private readonly SpecialTokenSet _specials;
    private readonly Dictionary<string, int>? _wholeWords;
    private readonly KnownWordsPool _known = new();

    internal BpeTokenizer(BpeModel model, TokenizerFile file)
    {
        Model = model;
        _specials = new SpecialTokenSet(SpecialTokenRoles.Of(model.Specials, model.Roles), file);
        var ids = model.Ids();
        for (var value = 0; value < _byteIds.Length; value++)
        {
            _byteIds[value] = ids.TryGetValue(ByteLevelAlphabet.Write([(byte)value]), out var id)
                ? id
                : throw file.Wrong($"it has no token for the byte 0x{value:X2}, and a byte-level tokenizer has one for each byte");
        }

        _wholeWords = model.TakesWholeWords ? ids : null;
        if (model.Merges is null)
        {
            foreach (var (left, right, token) in model.Pairs())
            {
                _merges.TryAdd(left, right, token, token);
            }

            return;
        }

        for (var rank = 0; rank < model.Merges.Count; rank++)
        {
            var (left, right) = model.Merges[rank];
            var text = ByteLevelAlphabet.Write([.. model.Tokens[left], .. model.Tokens[right]]);
            if (!ids.TryGetValue(text, out var token))
            {
                throw file.Wrong($"its merge {rank + 1} makes {TokenizerFile.Show(text)}, which is not in its vocabulary");
            }

            if (!_merges.TryAdd(left, right, rank, token))
            {
                throw file.Wrong($"its merge {rank + 1}, which makes {TokenizerFile.Show(text)}, stands there twice");
            }
        }
    }

    // The same with other roles, which nothing else depends on.
    private BpeTokenizer(BpeTokenizer built, BpeModel model, TokenizerFile file)
    {
        Model = model;
        _specials = new SpecialTokenSet(SpecialTokenRoles.Of(model.Specials, model.Roles), file);
        _merges = built._merges;
        _byteIds = built._byteIds;
        _wholeWords = built._wholeWords;
    }

    /// <summary>The regular expression by which GPT-2 cuts text into words (Radford et al. 2019, in the published code).</summary>
    public static string Gpt2Pattern => Gpt2Text;

    /// <inheritdoc/>
    public override int VocabularySize => Model.Tokens.Length;

    /// <inheritdoc/>
    public override IReadOnlyList<SpecialToken> SpecialTokens => _specials.Tokens;

    /// <summary>What files say of it.</summary>
    internal BpeModel Model { get; }

    /// <summary>The same tokenizer with roles of its special tokens.</summary>
    internal BpeTokenizer WithRoles(IReadOnlyDictionary<string, SpecialTokenRole> roles, TokenizerFile file) =>
        new(this, Model with { Roles = roles }, file);

    internal static SplitPattern Gpt2 { get; } = SplitPattern.Parse(Gpt2Text, TokenizerFile.Unnamed);

    /// <summary>
    /// Trains a tokenizer on a text, cut by <see cref="Gpt2Pattern"/>. The tokens 0 to 255 are the bytes; then come the merges, each of the
    /// pair that occurs most often at the time, of equally frequent pairs the one whose left token has the lower id, then the right one;
    /// last the special tokens. The same text gives the same tokenizer, on any number of processors.
    /// </summary>
    /// <param name="text">The text. Where it has more than four million distinct words, the rarest are forgotten on the way.</param>
    /// <param name="vocabularySize">The number of tokens, at least 256 and the special tokens. They are fewer where no pair is left that
    /// occurs twice.</param>
    /// <param name="specialTokens">Special tokens, without white space, in the order of their ids; the text is cut at them, and nothing is
    /// learned from them.</param>
    /// <param name="progress">Receives the share that is done, from 0 to 1: the first half is reading, the second merging.</param>
    /// <param name="cancellation">Cancels training.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="ModelGenException">The vocabulary is too small, a special token is empty, has white space or stands twice, or a
    /// file of the text cannot be read or has changed.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public static BpeTokenizer Train(
        TextCorpus text,
        int vocabularySize,
        IReadOnlyList<string>? specialTokens = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    ) => Train(text, vocabularySize, specialTokens ?? [], progress, cancellation, Environment.ProcessorCount);

    /// <summary>
    /// Trains a tokenizer on a text for a model with a given vocabulary size, as
    /// <see cref="Train(TextCorpus, int, IReadOnlyList{string}, IProgress{double}, CancellationToken)"/> does.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="vocabulary">The model's vocabulary size, at least 256 and the special tokens.</param>
    /// <param name="specials">Special tokens, without white space; they get the last ids of the vocabulary.</param>
    /// <param name="progress">Receives the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Cancels training.</param>
    /// <returns>The tokenizer. Where no pair of the text is left that occurs twice, the ids before those of the special tokens stay unused;
    /// without special tokens it has fewer tokens than the model.</returns>
    /// <exception cref="ModelGenException">The vocabulary is too small, or a file of the text cannot be read or has changed.</exception>
    /// <exception cref="ArgumentException">A special token has no text of its own or white space, or two have the same role.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public static BpeTokenizer FromText(
        TextCorpus text,
        int vocabulary,
        IReadOnlyList<(SpecialTokenRole Role, string Text)> specials,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        var last = SpecialTokenList.From(vocabulary - (specials?.Count ?? 0), specials!);
        var trained = Train(text, vocabulary, [.. last.Select(static special => special.Text)], progress, cancellation);
        if (last.Count == 0)
        {
            return trained;
        }

        var tokens = new byte[vocabulary][];
        Array.Fill(tokens, []);
        trained.Model.Tokens.AsSpan(..^last.Count).CopyTo(tokens);
        trained.Model.Tokens.AsSpan(^last.Count..).CopyTo(tokens.AsSpan(vocabulary - last.Count));
        return new BpeTokenizer(
            trained.Model with
            {
                Tokens = tokens,
                Specials = last.ToDictionary(static special => special.Text, static special => special.Id),
                Roles = last.ToDictionary(static special => special.Text, static special => special.Role),
            },
            TokenizerFile.Unnamed
        );
    }

    /// <summary>
    /// Reads the two files of GPT-2: the ids of the tokens (<c>encoder.json</c>, elsewhere <c>vocab.json</c>) and the merges
    /// (<c>vocab.bpe</c>, elsewhere <c>merges.txt</c>). A token that no merge makes is a special token.
    /// </summary>
    /// <param name="vocabularyPath">The ids, as one JSON object.</param>
    /// <param name="mergesPath">The merges, one a line.</param>
    /// <returns>The tokenizer, with the pattern <see cref="Gpt2Pattern"/>.</returns>
    /// <exception cref="ModelGenException">A file cannot be read, or is not such a file.</exception>
    public static BpeTokenizer ReadGpt2(string vocabularyPath, string mergesPath) => Gpt2Files.Read(vocabularyPath, mergesPath);

    /// <summary>Reads a file of tiktoken: on each line a token's bytes in base 64, and its id, which is its rank.</summary>
    /// <param name="path">The file.</param>
    /// <param name="pattern">The regular expression that cuts text into words; the file does not hold it.</param>
    /// <param name="specialTokens">The ids of the special tokens by their text; the file does not hold them either. Ids between them and
    /// the file's stay unused.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="ModelGenException">The file cannot be read or is not such a file, the pattern is not understood, or a special token
    /// takes the id of another token.</exception>
    public static BpeTokenizer ReadTiktoken(string path, string pattern, IReadOnlyDictionary<string, int>? specialTokens = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(pattern);
        return TiktokenFormat.Parse(
            new TokenizerFile(path),
            TokenizerFile.ReadText(path),
            pattern,
            specialTokens ?? new Dictionary<string, int>()
        );
    }

    /// <summary>
    /// Writes the tokenizer as a <c>tokenizer.json</c> of Hugging Face's tokenizers. One that was read from a file of tiktoken is written
    /// with all pairs that make each token, which is how the format can say it.
    /// </summary>
    /// <param name="path">The file; its folder is created if missing.</param>
    /// <exception cref="ModelGenException">The file cannot be written, or an id is not in use, which the format cannot say.</exception>
    public void Write(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Array.FindIndex(Model.Tokens, static token => token.Length == 0) is >= 0 and var unused)
        {
            throw new ModelGenException($"The id {unused} has no token, which 'tokenizer.json' cannot say; give it to a special token.");
        }

        AtomicFile.Write(path, "the tokenizer", stream => TokenizerJsonWriter.Write(stream, Model, isIndented: true));
    }

    /// <inheritdoc/>
    public override TokenEncoder CreateEncoder() => new SplitterEncoder(new Splitter(this), _known);

    /// <inheritdoc/>
    public override TokenDecoder CreateDecoder() => new ByteLevelDecoder(Model.Tokens);

    /// <inheritdoc/>
    public override int ByteCount(int token) => Model.Tokens[token].Length;

    /// <inheritdoc/>
    public override byte[] BytesOf(int token, bool isFirst) => [.. Model.Tokens[token]];

    internal override WordLinks LinksOf(int token) => WordTable.LinksOf(Model.Tokens[token], space: new Rune(' '));

    /// <inheritdoc/>
    public override string Serialize() =>
        Model.Merges is null ? TiktokenFormat.Serialize(Model) : TokenizerFormat.Wrap(Kind, TokenizerJsonWriter.Write(Model), Model.Roles);

    internal static BpeTokenizer Train(
        TextCorpus text,
        int vocabularySize,
        IReadOnlyList<string> specialTokens,
        IProgress<double>? progress,
        CancellationToken cancellation,
        int threads
    )
    {
        ArgumentNullException.ThrowIfNull(text);
        if (vocabularySize < 256 + specialTokens.Count)
        {
            throw new ModelGenException(
                $"A vocabulary of {vocabularySize} is too small for byte-pair encoding: the bytes and {specialTokens.Count} special tokens "
                    + $"need {256 + specialTokens.Count}; raise it to at least that."
            );
        }

        var ids = new Dictionary<string, int>();
        foreach (var token in specialTokens)
        {
            if (token.Any(char.IsWhiteSpace) || !ids.TryAdd(token, ids.Count))
            {
                throw new ModelGenException(
                    $"The special token '{token}' has white space or stands twice; choose another, such as <|end|>."
                );
            }
        }

        var counts = WordCounts.Of(text, new SpecialTokenSet(ids, TokenizerFile.Unnamed), Half(progress, 0), cancellation, threads);
        var merges = new BpeTrainer(counts).Train(vocabularySize - 256 - ids.Count, Half(progress, 0.5), cancellation);
        var tokens = new List<byte[]>(Enumerable.Range(0, 256).Select(static value => new[] { (byte)value }));
        foreach (var (left, right) in merges)
        {
            tokens.Add([.. tokens[left], .. tokens[right]]);
        }

        var first = tokens.Count;
        tokens.AddRange(specialTokens.Select(Encoding.UTF8.GetBytes));
        return new BpeTokenizer(
            new BpeModel
            {
                Tokens = [.. tokens],
                Merges = merges,
                Specials = ids.ToDictionary(static token => token.Key, token => first + token.Value),
                Patterns = [Gpt2],
            },
            TokenizerFile.Unnamed
        );
    }

    private static ReadingShare? Half(IProgress<double>? progress, double start) => ReadingShare.Of(progress, start, 0.5);

    private int[] EncodeWord(ReadOnlySpan<char> word)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(word)];
        Encoding.UTF8.GetBytes(word, bytes);
        if (_wholeWords is not null && _wholeWords.TryGetValue(ByteLevelAlphabet.Write(bytes), out var whole))
        {
            return [whole];
        }

        var tokens = new int[bytes.Length];
        for (var index = 0; index < bytes.Length; index++)
        {
            tokens[index] = _byteIds[bytes[index]];
        }

        return tokens[.._merges.Apply(tokens)];
    }

    private sealed class Splitter(BpeTokenizer tokenizer) : WordSplitter(tokenizer.Model.Patterns, tokenizer._specials)
    {
        protected override void TakeWord(ReadOnlySpan<char> word)
        {
            if (!Known.TryFind(word, out var tokens))
            {
                tokens = tokenizer.EncodeWord(word);
                Known.Add(word, tokens);
            }

            var target = Tokens.GetSpan(tokens.Length);
            if (tokens.Length == 1)
            {
                target[0] = tokens[0];
            }
            else
            {
                tokens.CopyTo(target);
            }

            Tokens.Advance(tokens.Length);
        }
    }
}
