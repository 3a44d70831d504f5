using System.Buffers;

namespace ModelGen.Tokenization;

/// <summary>Encodes a stream of text by a <see cref="TextSplitter"/>.</summary>
/// <param name="splitter">Cuts the text, and writes the tokens of each part.</param>
/// <param name="pool">Lends the words that the tokenizer knows.</param>
internal sealed class SplitterEncoder(TextSplitter splitter, KnownWordsPool pool) : TokenEncoder
{
    public override void Append(ReadOnlySpan<char> piece, IBufferWriter<int> tokens)
    {
        Begin(tokens);
        splitter.Append(piece);
        pool.Return(splitter.Known);
    }

    public override void Flush(IBufferWriter<int> tokens)
    {
        Begin(tokens);
        splitter.Flush();
        pool.Return(splitter.Known);
    }

    private void Begin(IBufferWriter<int> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        (splitter.Tokens, splitter.Known) = (tokens, pool.Take());
    }
}
