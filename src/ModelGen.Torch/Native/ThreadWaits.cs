using System.Runtime.InteropServices;

namespace ModelGen.Native;

/// <summary>
/// Controls how libtorch's worker threads wait for each other. By default OpenMP's threads spin, which takes the core away from the very
/// thread they wait for as soon as anything else runs on the machine: on two busy cores a training step took ten times as long as with
/// sleeping waits, on idle ones about the same.
/// </summary>
internal static partial class ThreadWaits
{
    private const string Policy = "OMP_WAIT_POLICY";

    /// <summary>
    /// Makes threads sleep while they wait, unless the user has configured it; OpenMP reads this once, when libtorch is loaded.
    /// </summary>
    public static void Sleep()
    {
        string[] choices = [Policy, "GOMP_SPINCOUNT", "KMP_BLOCKTIME"];
        if (choices.Any(static name => Environment.GetEnvironmentVariable(name) is not null))
        {
            return;
        }

        // On Unix .NET keeps environment changes to itself; native code does not see them.
        if (OperatingSystem.IsWindows())
        {
            Environment.SetEnvironmentVariable(Policy, "passive");
        }
        else
        {
            _ = SetEnvironment(Policy, "passive", overwrite: 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
