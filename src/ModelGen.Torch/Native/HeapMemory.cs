using System.Runtime.InteropServices;

namespace ModelGen.Native;

/// <summary>
/// Controls what the C library does with memory that libtorch frees. By default it returns larger blocks to the system, which clears each
/// page again at its next use. Every training step frees and allocates the same memory, and where clearing a page takes microseconds, as in
/// some virtual machines, this took up to half of a training step of a convolutional autoencoder.
/// </summary>
internal static partial class HeapMemory
{
    // From malloc.h of the GNU C library.
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MmapThreshold = -3;

    // Its threads other than the first allocate from heaps of this size each, which it unmaps when they are empty unless as much is to be
    // spare (malloc/arena.c).
    private const int ThreadHeap = 64 << 20;

    /// <summary>
    /// Tells the C library to keep freed memory for reuse, unless the user has configured it; does nothing except on Linux.
    /// </summary>
    public static void Keep()
    {
        string[] choices = ["MALLOC_TRIM_THRESHOLD_", "MALLOC_TOP_PAD_", "MALLOC_MMAP_THRESHOLD_", "GLIBC_TUNABLES"];
        if (!OperatingSystem.IsLinux() || choices.Any(static name => Environment.GetEnvironmentVariable(name) is not null))
        {
            return;
        }

        // Older versions reject more than 32 MiB. If both values are rejected, the trim threshold must stay unset: setting it disables the
        // dynamic adjustment of the mmap threshold.
        if (SetOption(MmapThreshold, int.MaxValue) != 0 || SetOption(MmapThreshold, 32 << 20) != 0)
        {
            _ = SetOption(TrimThreshold, -1);
            _ = SetOption(TopPad, ThreadHeap);
        }
    }

    /// <summary>Returns what is free at the moment to the system after all, where much has been freed for good; does nothing except on
    /// Linux with the GNU C library.</summary>
    public static void Return()
    {
        if (OperatingSystem.IsLinux() && NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "malloc_trim", out _))
        {
            _ = Trim(0);
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint pad);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
