using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>Which tokens of a sequence belong to the same document.</summary>
public static class Documents
{
    /// <summary>
    /// Numbers the documents of each sequence. The token that ends a document is the first of the next, so that the next begins as a text
    /// does that is generated from that token alone, and the last token of a document is the one that predicts its end.
    /// </summary>
    /// <param name="tokens">Token ids, int64 [batch, T].</param>
    /// <param name="end">The id of the token that ends a document.</param>
    /// <returns>How many tokens up to each and with it end a document, int64 [batch, T]; the caller disposes it.</returns>
    public static Tensor Of(Tensor tokens, long end)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        using var id = tensor(end, device: tokens.device);
        using var ends = tokens.eq(id);
        return ends.cumsum(-1, ScalarType.Int64);
    }
}
