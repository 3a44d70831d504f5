using System.Reflection;

namespace ModelGen.Package.Tests;

/// <summary>Where this build's sources and packages are.</summary>
internal static class Repository
{
    public static string Root { get; } = Metadata("RepositoryRoot");

    public static string Configuration { get; } = Metadata("Configuration");

    /// <summary>
    /// Where restoring this solution has put packages or found them; only folders that exist, since restore fails on another.
    /// </summary>
    public static IReadOnlyList<string> PackageFolders { get; } = [.. Metadata("PackageFolders").Split(';').Where(Directory.Exists)];

    /// <summary>The one libtorch package that this system's build restores.</summary>
    public static string LibtorchPackage { get; } = Metadata("LibtorchPackage");

    /// <summary>The runtime identifier in the libtorch package's name.</summary>
    public static string Platform { get; } = LibtorchPackage["libtorch-cpu-".Length..];

    /// <summary>TorchSharp's Linux library as it is published; it is in the package on every system.</summary>
    public static string PublishedLibrary { get; } =
        PackageFolders
            .Select(folder => Path.Combine(folder, "torchsharp", "0.107.0", "runtimes", "linux-x64", "native", "libLibTorchSharp.so"))
            .First(File.Exists);

    private static string Metadata(string key) =>
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == key).Value!;
}
