using Microsoft.Extensions.FileSystemGlobbing;
using Microsoft.Extensions.FileSystemGlobbing.Abstractions;

namespace ModelGen.Cli.Specs;

/// <summary>Finds the specs that paths mean.</summary>
internal static class SpecFiles
{
    private const string Names = "no file whose name ends in .model.yaml or .run.yaml";

    private const string NoSpec = "is no spec by its name: that of a model ends in .model.yaml, that of a recipe in .run.yaml.";

    // Where builds put copies.
    private static readonly string[] Ignored = ["bin", "obj"];

    /// <summary>Finds files.</summary>
    /// <param name="paths">Files, folders with all that is below them, and patterns with <c>*</c> and <c>**</c>.</param>
    /// <returns>The files, each once, as the paths lead to them.</returns>
    /// <exception cref="ModelGenException">There is nothing where a path leads.</exception>
    public static IReadOnlyList<string> Find(IEnumerable<string> paths) => [.. paths.SelectMany(Of).DistinctBy(Path.GetFullPath)];

    /// <summary>Checks that a path is one file with the name of a spec.</summary>
    /// <exception cref="ModelGenException">It is not.</exception>
    public static void RequireOne(string path)
    {
        if (!File.Exists(path))
        {
            throw new ModelGenException(
                Directory.Exists(path) ? $"'{path}' is a folder; name the file of a model or a recipe." : $"There is no file '{path}'."
            );
        }

        if (!IsSpec(path))
        {
            throw new ModelGenException($"'{path}' {NoSpec}");
        }
    }

    /// <summary>What a spec's file is called, without its folder and both endings.</summary>
    public static string NameOf(string path) => Path.GetFileNameWithoutExtension(Path.GetFileNameWithoutExtension(path));

    /// <summary>Whether a file is a model, by its name.</summary>
    public static bool IsModel(string path) => Is(path, "model");

    /// <summary>Whether a file is a recipe, by its name.</summary>
    public static bool IsRecipe(string path) => Is(path, "run");

    private static bool Is(string path, string word) =>
        path.EndsWith($".{word}.yaml", StringComparison.OrdinalIgnoreCase)
        || path.EndsWith($".{word}.yml", StringComparison.OrdinalIgnoreCase);

    private static IReadOnlyList<string> Of(string path)
    {
        if (File.Exists(path))
        {
            return IsSpec(path) ? [path] : throw new ModelGenException($"'{path}' {NoSpec}");
        }

        var isFolder = Directory.Exists(path);
        if (!isFolder && !path.Contains('*', StringComparison.Ordinal))
        {
            throw new ModelGenException($"There is no file and no folder '{path}'.");
        }

        List<string> files = [.. (isFolder ? Below(path) : Matching(path)).Order(StringComparer.Ordinal)];
        return files.Count > 0 ? files
            : isFolder ? throw new ModelGenException($"The folder '{path}' has no spec: {Names}.")
            : throw new ModelGenException($"No spec matches '{path}': {Names}.");
    }

    private static IEnumerable<string> Below(string folder) =>
        Directory
            .EnumerateFiles(
                folder,
                "*",
                new EnumerationOptions
                {
                    RecurseSubdirectories = true,
                    IgnoreInaccessible = true,
                    AttributesToSkip = FileAttributes.System,
                }
            )
            .Where(file => IsSpec(file) && !IsIgnored(Path.GetRelativePath(folder, file)));

    private static IEnumerable<string> Matching(string pattern)
    {
        var root = Path.GetPathRoot(pattern) is { Length: > 0 } rooted ? rooted : "";
        var matcher = new Matcher(StringComparison.Ordinal);
        matcher.AddInclude(pattern[root.Length..]);
        return matcher
            .Execute(new DirectoryInfoWrapper(new DirectoryInfo(root.Length > 0 ? root : ".")))
            .Files.Select(file => Path.Combine(root, file.Path))
            .Where(static file => IsSpec(file) && !IsIgnored(file));
    }

    private static bool IsSpec(string path) => IsModel(path) || IsRecipe(path);

    private static bool IsIgnored(string path) =>
        path.Split('/', '\\')
            .SkipLast(1)
            .Any(static folder => Ignored.Contains(folder) || (folder.StartsWith('.') && folder is not ("." or "..")));
}
