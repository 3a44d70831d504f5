namespace ModelGen.Evaluation;

/// <summary>
/// Cuts a stream of tokens into overlapping windows in which every token except the first is to be predicted once: all tokens of the first
/// window, and those of each later one that no earlier window has. Windows begin <c>stride</c> tokens apart; the last may be shorter.
/// </summary>
/// <param name="context">The number of tokens that a model sees, at least 1; a window holds one more.</param>
/// <param name="stride">From 1, as much context as possible for each token, to the context, no overlap.</param>
internal sealed class SlidingWindows(int context, int stride)
{
    /// <summary>Some tokens in a row.</summary>
    /// <param name="Tokens">2 to context + 1 tokens: each but the last is seen, each but the first may be predicted.</param>
    /// <param name="Known">How many of the predictions an earlier window has.</param>
    internal readonly record struct Window(long[] Tokens, int Known);

    /// <summary>The windows of a stream.</summary>
    /// <param name="tokens">The stream, in pieces.</param>
    public IEnumerable<Window> Over(IEnumerable<ReadOnlyMemory<int>> tokens)
    {
        var window = new long[context + 1];
        var (filled, known) = (0, 0);
        foreach (var piece in tokens)
        {
            for (var place = 0; place < piece.Length; place++)
            {
                window[filled++] = piece.Span[place];
                if (filled == window.Length)
                {
                    yield return new Window([.. window], known);
                    window.AsSpan(stride).CopyTo(window);
                    (filled, known) = (window.Length - stride, context - stride);
                }
            }
        }

        if (filled - 1 > known)
        {
            yield return new Window(window[..filled], known);
        }
    }
}
