using System.Reflection;

namespace ModelGen.Package.Tests;

/// <summary>Where this build's sources and packages are.</summary>
internal static class Repository
{
    public static string Root { get; } = Metadata("RepositoryRoot");

    public static string Configuration { get; } = Metadata("Configuration");

    /// <summary>The packages that restoring this solution has put on disk.</summary>
    public static string PackageFolder { get; } = Metadata("PackageFolder");

    /// <summary>The one libtorch package that this system's build restores.</summary>
    public static string LibtorchPackage { get; } = Metadata("LibtorchPackage");

    /// <summary>The runtime identifier in the libtorch package's name.</summary>
    public static string Platform { get; } = LibtorchPackage["libtorch-cpu-".Length..];

    /// <summary>TorchSharp's Linux library as it is published; it is in the package on every system.</summary>
    public static string PublishedLibrary { get; } =
        Path.Combine(PackageFolder, "torchsharp", "0.107.0", "runtimes", "linux-x64", "native", "libLibTorchSharp.so");

    private static string Metadata(string key) =>
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == key).Value!;
}
