using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>Which tokens of a batch belong to its sequences, and which fill them up to one length.</summary>
public static class Presence
{
    /// <summary>Tells padding from other tokens.</summary>
    /// <param name="tokens">Token ids, int64 [batch, T].</param>
    /// <param name="padding">The id of the padding token.</param>
    /// <returns>1 for tokens and 0 for padding, float32 [batch, T]; the caller disposes it.</returns>
    public static Tensor Of(Tensor tokens, long padding)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        using var id = tensor(padding, device: tokens.device);
        using var present = tokens.ne(id);
        return present.to(ScalarType.Float32);
    }
}
