using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp;

namespace ModelGen.Native;

/// <summary>Loads libtorch, the native library under TorchSharp, and checks that it is the version ModelGen is built for.</summary>
/// <remarks>
/// TorchSharp would load it itself, but answers every failure with the advice to add a package, and may first copy half a gigabyte next to
/// the program. Nothing here runs before <see cref="Load"/> is called.
/// </remarks>
public static class Libtorch
{
    /// <summary>The TorchSharp version that ModelGen is built for.</summary>
    public const string TorchSharpVersion = "0.107.0";

    /// <summary>The libtorch version that ModelGen is built for.</summary>
    public const string Version = "2.10.0";

    private static readonly Lazy<bool> Loaded = new(LoadAndCheck);

    /// <summary>Loads libtorch and TorchSharp's native library; later calls return at once or throw the exception of the first.</summary>
    /// <exception cref="ModelGenException">
    /// The platform is not supported, the libtorch package is missing, the system's own libraries are too old, or a version is not the
    /// expected one.
    /// </exception>
    public static void Load() => _ = Loaded.Value;

    /// <summary>
    /// Loads libtorch before a module of the given name is created. Called in the arguments of a base constructor, because a static
    /// constructor would wrap the exception in a TypeInitializationException.
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

        // Each library before those that depend on it: the system's loader satisfies a dependency from what is already loaded, but
        // otherwise prefers the library path, where another libtorch may be, to the dependent library's own folder.
        LoadLibrary("c10", torchSharp);
        var cpu = LoadLibrary("torch_cpu", torchSharp);
        LoadFailure.CheckLibtorch(ReadVersion(cpu));
        LoadLibrary("torch", torchSharp);
        LoadLibrary("LibTorchSharp", torchSharp);
        torch.InitializeDeviceType(DeviceType.CPU);
        ProductKernels.Choose();
        return true;
    }

    // Not RuntimeIdentifier itself: .NET from a Linux distribution says ubuntu.24.04-x64 where the packages say linux-x64.
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
        // The runtime's own search would find the same file, but its error message would list every other place too. If there is no file,
        // the runtime may still know one, as a plug-in's load context does, but must not fall back to the system's folders: loading another
        // program's libtorch runs its code before its version can be read.
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

    /// <summary>The version that the library reports: one byte each for major, minor and patch, in the top bits of 64.</summary>
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
