namespace ModelGen.Cli.Tests;

/// <summary>Where the sources and the pages are.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>Reads a file, with LF line ends.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path)).ReplaceLineEndings("\n");

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ModelGen.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }
}
