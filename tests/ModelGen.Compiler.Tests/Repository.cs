using System.Reflection;

namespace ModelGen.Compiler.Tests;

/// <summary>Where this build's sources are, and what generated code is compiled against.</summary>
internal static class Repository
{
    public static string Root { get; } = Metadata("RepositoryRoot");

    /// <summary>TorchSharp, and the assemblies of the runtime that this build has made.</summary>
    public static IReadOnlyList<string> Runtime { get; } =
    [
        Metadata("TorchSharp"),
        .. new[] { "ModelGen.Core.dll", "ModelGen.Torch.dll", "ModelGen.dll" }.Select(name => Path.Combine(Metadata("Runtime"), name)),
    ];

    /// <summary>Every spec that users see, and those kept for the tests; relative paths with '/'.</summary>
    public static IReadOnlyList<string> Specs { get; } =
    [
        .. new[] { "examples", "tests/ModelGen.Compiler.Tests/Specs" }
            .Select(folder => Path.Combine(Root, folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.model.yaml", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(file => !file.Contains("/bin/", StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Every page that users read: the documentation, and what folders and packages say of themselves; paths with '/'.</summary>
    public static IReadOnlyList<string> Pages { get; } =
    [
        "README.md",
        .. new[] { "docs", "examples", "src", "templates" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.md", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(file => !file.Contains("/bin/", StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>The example of a rule, as its page shows it.</summary>
    public static string Example(string id) => Read($"generators/ModelGen.Compiler/Diagnostics/Examples/{id}.md").ReplaceLineEndings("\n");

    private static string Metadata(string key) =>
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == key).Value!;

    /// <summary>The classes of an example's own that its spec names.</summary>
    public static IReadOnlyList<string> OwnParts { get; } =
    ["examples/Denoiser/Mixing.cs", "examples/Denoiser/CharbonnierLoss.cs", "examples/Denoiser/SignalToNoise.cs"];
}
