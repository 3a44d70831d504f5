using static TorchSharp.torch;

namespace ModelGen.Native;

/// <summary>Checks for NaN and infinity.</summary>
internal static class Finiteness
{
    /// <summary>Whether no element of a tensor is NaN or infinite; synchronises with a device other than the CPU.</summary>
    public static bool IsFinite(this Tensor x)
    {
        using var finite = x.isfinite();
        using var all = finite.all();
        using var onHost = all.cpu();
        return onHost.item<bool>();
    }
}
