using System.Buffers;
using System.Text;
using ModelGen.Data;

namespace ModelGen.Tokenization;

/// <summary>Turns text into token ids and back.</summary>
public abstract class Tokenizer
{
    // What fits into a processor's cache.
    private const int PieceLength = 1 << 16;

    /// <summary>The number of tokens; ids run from 0 to this number minus one.</summary>
    public abstract int VocabularySize { get; }

    /// <summary>
    /// The tokens that stand for no part of an ordinary text, such as its end; where a text has one written out, it is recognised, and none
    /// is added.
    /// </summary>
    public virtual IReadOnlyList<SpecialToken> SpecialTokens => [];

    /// <summary>The ids of the tokens that stand for parts of texts.</summary>
    public virtual IReadOnlyList<int> TextTokens =>
        [
            .. Enumerable
                .Range(0, VocabularySize)
                .Except(SpecialTokens.Select(static token => token.Id))
                .Where(token => ByteCount(token) > 0),
        ];

    /// <summary>The id of the first special token for something; null if there is none.</summary>
    /// <param name="role">What the token is for.</param>
    /// <returns>Its id.</returns>
    public int? IdOf(SpecialTokenRole role) => SpecialTokens.FirstOrDefault(token => token.Role == role)?.Id;

    /// <summary>Reads a tokenizer from a file.</summary>
    /// <param name="path">
    /// A <c>tokenizer.json</c> of Hugging Face's tokenizers, with a model of type BPE (byte-level), WordPiece or Unigram; or a
    /// <c>.model</c> of SentencePiece, of type unigram; or BERT's <c>vocab.txt</c>, of a model without case.
    /// </param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="ModelGenException">The file cannot be read, is not a tokenizer, or says something that ModelGen does not
    /// do.</exception>
    public static Tokenizer Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        switch (Path.GetExtension(path).ToUpperInvariant())
        {
            case ".MODEL":
                return UnigramTokenizer.ReadSentencePiece(path);
            case ".TXT":
                return WordPieceTokenizer.ReadVocabulary(path);
            default:
                var file = new TokenizerFile(path);
                using (var document = TokenizerJson.Parse(TokenizerFile.ReadBytes(path), file))
                {
                    return TokenizerJson.Read(document.RootElement, file);
                }
        }
    }

    /// <summary>Encodes a text as token ids.</summary>
    /// <param name="text">Any well-formed text.</param>
    /// <returns>The ids, in the order of the text.</returns>
    /// <exception cref="ModelGenException">The text holds something that the tokenizer has no token for.</exception>
    public int[] Encode(ReadOnlySpan<char> text)
    {
        var tokens = new ArrayBufferWriter<int>(Math.Max(16, text.Length / 4));
        var encoder = CreateEncoder();
        while (text.Length > PieceLength)
        {
            var length = char.IsLowSurrogate(text[PieceLength]) ? PieceLength + 1 : PieceLength;
            encoder.Append(text[..length], tokens);
            text = text[length..];
        }

        encoder.Append(text, tokens);
        encoder.Flush(tokens);
        return tokens.WrittenSpan.ToArray();
    }

    /// <summary>Starts encoding a stream of text; it gives the same tokens as the whole text at once.</summary>
    /// <returns>A new encoder for this stream.</returns>
    public abstract TokenEncoder CreateEncoder();

    /// <summary>The number of tokens of a text. Where it does not follow from the text's size, the text is encoded to count them.</summary>
    /// <param name="text">A text, all of whose characters the tokenizer knows.</param>
    /// <param name="cancellation">Cancels counting.</param>
    /// <returns>The number of tokens.</returns>
    /// <exception cref="ModelGenException">A file of the text cannot be read or has changed.</exception>
    /// <exception cref="OperationCanceledException">Counting was cancelled.</exception>
    public virtual long CountTokens(TextCorpus text, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        var encoder = CreateEncoder();
        var tokens = new ArrayBufferWriter<int>();
        var count = 0L;
        foreach (var piece in text.Pieces(progress: null, cancellation))
        {
            tokens.ResetWrittenCount();
            encoder.Append(piece.Span, tokens);
            count += tokens.WrittenCount;
        }

        tokens.ResetWrittenCount();
        encoder.Flush(tokens);
        return count + tokens.WrittenCount;
    }

    /// <summary>Starts decoding a stream of tokens; a character is returned only once its last token has arrived.</summary>
    /// <returns>A new decoder for this stream.</returns>
    public abstract TokenDecoder CreateDecoder();

    /// <summary>Decodes a sequence of tokens. <c>Decode(Encode(text))</c> returns the text.</summary>
    /// <param name="tokens">Ids below <see cref="VocabularySize"/>.</param>
    /// <returns>The text; what cannot be decoded becomes U+FFFD.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An id is not in the vocabulary.</exception>
    public string Decode(ReadOnlySpan<int> tokens)
    {
        var decoder = CreateDecoder();
        var text = new StringBuilder(tokens.Length);
        foreach (var token in tokens)
        {
            text.Append(decoder.Append(token));
        }

        return text.Append(decoder.Flush()).ToString();
    }

    /// <summary>The number of UTF-8 bytes that a token represents: none if it is a special token.</summary>
    /// <param name="token">An id below <see cref="VocabularySize"/>.</param>
    /// <returns>The number of bytes.</returns>
    public abstract int ByteCount(int token);

    /// <summary>
    /// The UTF-8 bytes that a token adds to a text: what <see cref="Decode"/> gives for tokens is these, one after another.
    /// </summary>
    /// <param name="token">The id of one of <see cref="TextTokens"/>.</param>
    /// <param name="isFirst">Whether it is the text's first token, which some tokenizers write without a space.</param>
    /// <returns>The bytes; they may be a part of a character.</returns>
    public abstract byte[] BytesOf(int token, bool isFirst);

    /// <summary>With which neighbours a token may be one word, apart from special tokens.</summary>
    /// <param name="token">An id below <see cref="VocabularySize"/>.</param>
    internal virtual WordLinks LinksOf(int token) => WordLinks.None;

    /// <summary>Writes the tokenizer as a checkpoint stores it; <see cref="Parse"/> reads it back.</summary>
    /// <returns>One line of JSON.</returns>
    public abstract string Serialize();

    /// <summary>Builds a tokenizer from what <see cref="Serialize"/> wrote.</summary>
    /// <param name="text">The JSON from a checkpoint.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="ModelGenException">The text does not describe a tokenizer.</exception>
    public static Tokenizer Parse(string text) => TokenizerFormat.Parse(text);
}

/// <summary>Encodes one stream of text, piece by piece.</summary>
public abstract class TokenEncoder
{
    /// <summary>Encodes the next piece.</summary>
    /// <param name="piece">The next characters; a surrogate pair is not split between pieces.</param>
    /// <param name="tokens">Receives the ids that no later piece can change, in the order of the text.</param>
    /// <exception cref="ModelGenException">The text holds something that the tokenizer has no token for; the message names the place in
    /// the whole stream.</exception>
    public abstract void Append(ReadOnlySpan<char> piece, IBufferWriter<int> tokens);

    /// <summary>Ends the stream: encodes what could still have changed with a next piece. The encoder is then at the beginning of a new
    /// stream.</summary>
    /// <param name="tokens">Receives the remaining ids.</param>
    /// <exception cref="ModelGenException">The rest holds something that the tokenizer has no token for.</exception>
    public abstract void Flush(IBufferWriter<int> tokens);

    /// <summary>Moves on in the stream past something that is not its text.</summary>
    /// <param name="length">The number of UTF-16 code units.</param>
    internal virtual void Skip(int length) { }
}

/// <summary>Decodes one stream of tokens, piece by piece.</summary>
public abstract class TokenDecoder
{
    /// <summary>Decodes the next token.</summary>
    /// <param name="token">An id of the tokenizer's vocabulary.</param>
    /// <returns>The text that is now complete; empty while a character is missing tokens.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The id is not in the vocabulary.</exception>
    public abstract string Append(int token);

    /// <summary>Ends the stream.</summary>
    /// <returns>U+FFFD if the stream ended inside a character, otherwise the empty string.</returns>
    public abstract string Flush();
}
