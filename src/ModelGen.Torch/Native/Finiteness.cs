using static TorchSharp.torch;

namespace ModelGen.Native;

/// <summary>Whether numbers are numbers.</summary>
internal static class Finiteness
{
    /// <summary>Whether no number of a tensor is NaN or infinite; a device other than the CPU is waited for.</summary>
    public static bool IsFinite(this Tensor x)
    {
        using var finite = x.isfinite();
        using var all = finite.all();
        using var onHost = all.cpu();
        return onHost.item<bool>();
    }
}
