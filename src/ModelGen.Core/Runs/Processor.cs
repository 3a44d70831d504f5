using System.Runtime.InteropServices;
using System.Text;

namespace ModelGen.Runs;

/// <summary>The processor that a run uses; rounding may differ between processor models.</summary>
internal static partial class Processor
{
    /// <summary>The processor model as the system names it; null if unknown.</summary>
    public static string? Name() =>
        OperatingSystem.IsLinux() ? OfLinux(ReadLinux())
        : OperatingSystem.IsMacOS() ? OfMac()
        : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");

    /// <summary>The model name in the lines of <c>/proc/cpuinfo</c>.</summary>
    public static string? OfLinux(IEnumerable<string> lines) =>
        lines
            .Where(static line => line.StartsWith("model name", StringComparison.Ordinal))
            .Select(static line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim())
            .FirstOrDefault();

    private static IEnumerable<string> ReadLinux()
    {
        const string Path = "/proc/cpuinfo";
        return File.Exists(Path) ? File.ReadLines(Path) : [];
    }

    private static string? OfMac()
    {
        var name = new byte[256];
        nuint length = (nuint)name.Length;
        return SysctlByName("machdep.cpu.brand_string", name, ref length, 0, 0) == 0
            ? Encoding.UTF8.GetString(name, 0, (int)length).TrimEnd('\0')
            : null;
    }

    [LibraryImport("libc", EntryPoint = "sysctlbyname", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SysctlByName(string name, [Out] byte[] value, ref nuint length, nint newValue, nuint newLength);
}
