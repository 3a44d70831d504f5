using System.Runtime.InteropServices;

namespace ModelGen.EndToEnd.Tests.Devices;

/// <summary>A test that calls C++ of libtorch's by its name, and as Linux on x86-64 does.</summary>
public sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute() => Skip = LinuxTheoryAttribute.Reason;
}

/// <inheritdoc cref="LinuxFactAttribute"/>
public sealed class LinuxTheoryAttribute : TheoryAttribute
{
    public LinuxTheoryAttribute() => Skip = Reason;

    internal static string? Reason { get; } =
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64
            ? null
            : "It reads C++ objects of libtorch as Linux on x86-64 lays them out.";
}
