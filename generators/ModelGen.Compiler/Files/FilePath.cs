namespace ModelGen.Compiler.Files;

/// <summary>Paths of files as text, whatever system they are from.</summary>
internal static class FilePath
{
    /// <summary>A path with single slashes and with <c>.</c> and <c>..</c> resolved.</summary>
    public static string Normalise(string path)
    {
        var folders = new List<string>();
        foreach (var part in path.Split('/', '\\').Where(static part => part.Length > 0 && part != "."))
        {
            if (part == ".." && folders.Count > 0)
            {
                folders.RemoveAt(folders.Count - 1);
            }
            else
            {
                folders.Add(part);
            }
        }

        return string.Join("/", folders);
    }

    /// <summary>The same for a path that may be relative to a folder.</summary>
    public static string Normalise(string path, string folder) =>
        Normalise(path.StartsWith("/", StringComparison.Ordinal) || path.Contains(':') ? path : $"{folder}/{path}");
}
