using System.Runtime.InteropServices;

namespace ModelGen.Tests.Native;

public class HeapMemoryTests
{
    // The C library gives a block of this size an own mapping by default, and unmaps it when it is freed; kept memory is there again with what was in it.
    [Fact]
    public unsafe void FreedMemoryStaysWithTheProcessUnlessTheUserHasChosen()
    {
        string[] choices = ["MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "GLIBC_TUNABLES"];
        if (!OperatingSystem.IsLinux() || choices.Any(static name => Environment.GetEnvironmentVariable(name) is not null))
            return;
        const int Size = 48 << 20;
        var first = (byte*)NativeMemory.Alloc(Size);
        new Span<byte>(first, Size).Fill(7);
        var resident = Resident();
        NativeMemory.Free(first);
        Assert.True(Resident() > resident - (Size / 2), "Freed memory went back to the system.");
    }

    private static long Resident()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
