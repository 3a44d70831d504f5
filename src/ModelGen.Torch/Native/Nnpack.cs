using System.Runtime.InteropServices;
using TorchSharp;

namespace ModelGen.Native;

/// <summary>
/// NNPACK, a library inside libtorch for some convolutions. On a processor that NNPACK does not support, which includes most virtual
/// machines, libtorch retries it at every convolution and prints "Could not initialize NNPACK!" each time.
/// </summary>
internal static unsafe partial class Nnpack
{
    private const string Library = "torch_cpu";
    private const int ErrorsOnly = 2;

    /// <summary>Stops libtorch from trying NNPACK where it is unavailable.</summary>
    public static void DisableWhereUnavailable()
    {
        // The names are mangled for the Itanium ABI, which Windows does not use; there libtorch keeps trying.
        if (OperatingSystem.IsWindows() || IsAvailable())
        {
            return;
        }

        SetUserEnabledNnpack(GlobalContext(), isEnabled: 0);
    }

    private static bool IsAvailable()
    {
        // The check itself prints the line, unless libtorch is set to print errors only.
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
