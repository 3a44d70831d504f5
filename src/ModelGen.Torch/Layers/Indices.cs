using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>Zero-based indices, such as labels and codes.</summary>
internal static class Indices
{
    /// <summary>
    /// An index that is out of range, or null if there is none. It synchronises with the device, so it is not for training steps.
    /// </summary>
    /// <param name="indices">int64, of any shape.</param>
    /// <param name="count">The number of valid indices.</param>
    public static long? Outside(Tensor indices, long count)
    {
        if (indices.numel() == 0)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        var ends = stack([indices.min(), indices.max()]).cpu().data<long>();
        var (least, most) = (ends[0], ends[1]);
        return least < 0 ? least
            : most >= count ? most
            : null;
    }
}
