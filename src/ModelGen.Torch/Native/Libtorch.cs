using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp;

namespace ModelGen.Native;

/// <summary>Loads libtorch, the native library under TorchSharp, and checks that it is the one ModelGen is made for.</summary>
/// <remarks>
/// TorchSharp would load it by itself, but answers every failure with advice to add a package, and may first copy half a gigabyte
/// beside the program. Nothing here runs before <see cref="Load"/> is called.
/// </remarks>
public static class Libtorch
{
    /// <summary>The TorchSharp version that ModelGen is made for.</summary>
    public const string TorchSharpVersion = "0.107.0";

    /// <summary>The libtorch version that ModelGen is made for.</summary>
    public const string Version = "2.10.0";

    private static readonly Lazy<bool> Loaded = new(LoadAndCheck);

    /// <summary>
    /// Loads libtorch and TorchSharp's native library; calls after the first return at once or throw the first one's exception.
    /// </summary>
    /// <exception cref="ModelGenException">
    /// The system is not supported, the libtorch package is missing, the system's own libraries are too old, or a version is not the
    /// expected one.
    /// </exception>
    public static void Load() => _ = Loaded.Value;

    /// <summary>
    /// Loads libtorch before a module of the given name is made: in the call of a base constructor, since a static one would wrap the
    /// message in a TypeInitializationException.
    /// </summary>
    internal static string LoadedFor(string name)
    {
        Load();
        return name;
    }

    private static bool LoadAndCheck()
    {
        var torchSharp = typeof(torch).Assembly;
        LoadFailure.CheckTorchSharp(torchSharp.GetName().Version);
        LoadFailure.CheckPlatform(Platform());

        ThreadWaits.Sleep();
        HeapMemory.Keep();

        // Each before the one that needs it: for a need, the system's loader takes what is loaded already, but else prefers the library
        // path, where another libtorch may be, to the needing library's own folder.
        LoadLibrary("c10", torchSharp);
        var cpu = LoadLibrary("torch_cpu", torchSharp);
        LoadFailure.CheckLibtorch(ReadVersion(cpu));
        LoadLibrary("torch", torchSharp);
        LoadLibrary("LibTorchSharp", torchSharp);
        torch.InitializeDeviceType(DeviceType.CPU);
        return true;
    }

    // Not RuntimeIdentifier as it is: .NET from a Linux distribution says ubuntu.24.04-x64 where the packages say linux-x64.
    private static string Platform()
    {
        var identifier = RuntimeInformation.RuntimeIdentifier;
        var musl = identifier.Contains("musl", StringComparison.Ordinal) || identifier.Contains("alpine", StringComparison.Ordinal);
        var system =
            OperatingSystem.IsWindows() ? "win"
            : OperatingSystem.IsMacOS() ? "osx"
            : musl ? "linux-musl"
            : "linux";
        return $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
    }

    private static nint LoadLibrary(string name, Assembly torchSharp)
    {
        // The runtime's own search would end at the same file, but its message then tells about every other place as well. Where there is
        // no file it may still know one, as a plug-in's load context does, but must not go on to the system's folders: loading the libtorch
        // of another program runs its code before its version can be read.
        var file = FindFile(name);
        try
        {
            return file is null ? NativeLibrary.Load(name, torchSharp, DllImportSearchPath.AssemblyDirectory) : NativeLibrary.Load(file);
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            throw LoadFailure.Explain(Platform(), file, error);
        }
    }

    private static string? FindFile(string name)
    {
        var file =
            OperatingSystem.IsWindows() ? $"{name}.dll"
            : OperatingSystem.IsMacOS() ? $"lib{name}.dylib"
            : $"lib{name}.so";
        var searched = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(Path.PathSeparator);
        return searched.Append(AppContext.BaseDirectory).Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
    }

    /// <summary>The version in the library's own words: one byte each for major, minor and patch at the top of 64 bits.</summary>
    private static unsafe Version? ReadVersion(nint library)
    {
        if (!NativeLibrary.TryGetExport(library, "aoti_torch_abi_version", out var export))
        {
            return null;
        }

        var version = ((delegate* unmanaged<ulong>)export)();
        return new Version((int)(version >> 56), (int)(version >> 48) & 0xff, (int)(version >> 40) & 0xff);
    }
}
