using System.Buffers;

namespace ModelGen.Tokenization;

/// <summary>Encodes a stream of text in which special tokens are written out.</summary>
internal sealed class SpecialTokenEncoder : TokenEncoder
{
    private readonly Splitter _splitter;

    private SpecialTokenEncoder(TokenEncoder between, SpecialTokenSet specials) => _splitter = new Splitter(between, specials);

    /// <summary>Adds special tokens to an encoder that has none.</summary>
    /// <param name="between">Encodes the text between them; it takes every piece at once, whole.</param>
    /// <param name="specials">The special tokens; with none, the encoder is the one given.</param>
    public static TokenEncoder Around(TokenEncoder between, IReadOnlyList<SpecialToken> specials) =>
        specials.Count == 0 ? between : new SpecialTokenEncoder(between, new SpecialTokenSet(specials, TokenizerFile.Unnamed));

    public override void Append(ReadOnlySpan<char> piece, IBufferWriter<int> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        _splitter.Tokens = tokens;
        _splitter.Append(piece);
    }

    public override void Flush(IBufferWriter<int> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        _splitter.Tokens = tokens;
        _splitter.Flush();
    }

    private sealed class Splitter(TokenEncoder between, SpecialTokenSet specials) : TextSplitter(specials)
    {
        public override void Flush()
        {
            base.Flush();
            between.Flush(Tokens);
        }

        protected override int Split(ReadOnlySpan<char> text, bool isEnd)
        {
            between.Append(text, Tokens);
            return text.Length;
        }

        protected override void TakeSpecial(int id, int length)
        {
            base.TakeSpecial(id, length);
            between.Skip(length);
        }
    }
}
