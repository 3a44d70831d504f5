using System.Buffers;
using ModelGen.Data;

namespace ModelGen.Tokenization;

/// <summary>
/// The tokens of a corpus, to learn from. Each document ends with the tokenizer's token for that, where it has one and the document does
/// not already end with it; otherwise the documents run together.
/// </summary>
internal static class CorpusTokens
{
    /// <summary>Their number.</summary>
    /// <param name="text">The text.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="cancellation">Cancels counting.</param>
    /// <exception cref="ModelGenException">As for <see cref="Pieces"/>.</exception>
    /// <exception cref="OperationCanceledException">Counting was cancelled.</exception>
    public static long Count(TextCorpus text, Tokenizer tokenizer, CancellationToken cancellation) =>
        tokenizer.IdOf(SpecialTokenRole.End) is null
            ? tokenizer.CountTokens(text, cancellation)
            : Pieces(text, tokenizer, progress: null, cancellation).Sum(static piece => (long)piece.Length);

    /// <summary>The tokens in the order of the text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="progress">Receives the share of the text that has been encoded, from 0 to 1.</param>
    /// <param name="cancellation">Cancels encoding.</param>
    /// <returns>Pieces, none empty, each valid until the next.</returns>
    /// <exception cref="ModelGenException">The tokenizer lacks a character, or a file of the text cannot be read or has
    /// changed.</exception>
    /// <exception cref="OperationCanceledException">Encoding was cancelled.</exception>
    public static IEnumerable<ReadOnlyMemory<int>> Pieces(
        TextCorpus text,
        Tokenizer tokenizer,
        IProgress<double>? progress,
        CancellationToken cancellation
    )
    {
        var end = tokenizer.IdOf(SpecialTokenRole.End);
        var encoder = tokenizer.CreateEncoder();
        var tokens = new ArrayBufferWriter<int>();
        int? last = null;
        foreach (var (piece, endsDocument) in text.Documents(progress, cancellation))
        {
            tokens.ResetWrittenCount();
            if (!endsDocument || end is not { } id)
            {
                encoder.Append(piece.Span, tokens);
            }
            else
            {
                encoder.Flush(tokens);
                if ((tokens.WrittenCount > 0 ? tokens.WrittenSpan[^1] : last) != id)
                {
                    tokens.Write([id]);
                }
            }

            if (tokens.WrittenCount > 0)
            {
                last = tokens.WrittenSpan[^1];
                yield return tokens.WrittenMemory;
            }
        }

        tokens.ResetWrittenCount();
        encoder.Flush(tokens);
        if (tokens.WrittenCount > 0)
        {
            yield return tokens.WrittenMemory;
        }
    }
}
