using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>Numbers that choose one of several things, from 0: labels, codes.</summary>
internal static class Indices
{
    /// <summary>
    /// One that chooses nothing; null where there is none. It waits for what computes the indices, so it is not for training steps.
    /// </summary>
    /// <param name="indices">int64, of any shape.</param>
    /// <param name="count">How many things there are.</param>
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
