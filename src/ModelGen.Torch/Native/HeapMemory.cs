using System.Runtime.InteropServices;

namespace ModelGen.Native;

/// <summary>
/// What the C library does with memory that libtorch frees. By default it gives larger pieces back to the system, which clears each page
/// anew at its next use. Every training step frees and takes the same memory again, and where such a page takes microseconds, as in some
/// virtual machines, that took up to half of a step of a convolutional autoencoder.
/// </summary>
internal static partial class HeapMemory
{
    // From malloc.h of the GNU C library.
    private const int TrimThreshold = -1;
    private const int MmapThreshold = -3;

    /// <summary>
    /// Asks the C library to keep memory for the next use, unless the user has chosen; elsewhere than on Linux nothing is asked.
    /// </summary>
    public static void Keep()
    {
        string[] choices = ["MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "GLIBC_TUNABLES"];
        if (!OperatingSystem.IsLinux() || choices.Any(static name => Environment.GetEnvironmentVariable(name) is not null))
        {
            return;
        }

        // Older ones refuse more than 32 MiB. With neither, trimming must stay as it is: setting it ends the adjustment of the other
        // threshold.
        if (SetOption(MmapThreshold, int.MaxValue) != 0 || SetOption(MmapThreshold, 32 << 20) != 0)
        {
            _ = SetOption(TrimThreshold, -1);
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
