using System.Runtime.InteropServices;
using TorchSharp;

namespace ModelGen.Native;

/// <summary>
/// A library inside libtorch for some convolutions. On a processor that it does not know, and it knows few virtual machines, libtorch asks
/// it in vain at every convolution and prints "Could not initialize NNPACK!" each time.
/// </summary>
internal static unsafe partial class Nnpack
{
    private const string Library = "torch_cpu";
    private const int ErrorsOnly = 2;

    /// <summary>Has libtorch ask no more where the answer is no.</summary>
    public static void DisableWhereUnavailable()
    {
        // C++ names of the Itanium ABI, which Windows has otherwise; there libtorch goes on asking.
        if (OperatingSystem.IsWindows() || IsAvailable())
        {
            return;
        }

        SetUserEnabledNnpack(GlobalContext(), isEnabled: 0);
    }

    private static bool IsAvailable()
    {
        // The question itself prints the line, unless libtorch is to print errors alone.
        var assembly = typeof(torch).Assembly;
        if (
            !NativeLibrary.TryLoad("c10", assembly, null, out var c10)
            || !NativeLibrary.TryGetExport(c10, "FLAGS_caffe2_log_level", out var export)
        )
        {
            return true;
        }

        var level = (int*)export;
        var before = *level;
        *level = Math.Max(before, ErrorsOnly);
        Span<ulong> slots = [0];
        Dispatcher.Call("aten::_nnpack_available"u8, [], slots);
        *level = before;
        return (slots[0] & 1) != 0;
    }

    [LibraryImport(Library, EntryPoint = "_ZN2at13globalContextEv")]
    private static partial nint GlobalContext();

    [LibraryImport(Library, EntryPoint = "_ZN2at7Context20setUserEnabledNNPACKEb")]
    private static partial void SetUserEnabledNnpack(nint context, byte isEnabled);
}
