using System.Runtime.InteropServices;

namespace ModelGen.Tests.Native;

public partial class ThreadWaitsTests
{
    [Fact]
    public void OpenMpIsAskedToSleepUnlessTheUserHasChosen()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // there the environment is .NET's own, and what native code sees cannot differ
        }

        string[] choices = ["OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME"];
        var chosen = choices.Any(static name => Environment.GetEnvironmentVariable(name) is not null);
        Assert.Equal(
            chosen ? Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") : "passive",
            Marshal.PtrToStringUTF8(GetEnvironment("OMP_WAIT_POLICY"))
        );
    }

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetEnvironment(string name);
}
