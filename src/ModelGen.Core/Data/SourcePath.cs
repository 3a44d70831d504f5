namespace ModelGen.Data;

/// <summary>A path from a recipe or a spec, relative to the working directory.</summary>
internal static class SourcePath
{
    /// <summary>Reads the path; errors name the full path and the recipe's key.</summary>
    /// <param name="key">The recipe's key for the path.</param>
    /// <param name="path">The path.</param>
    /// <param name="read">Reads it.</param>
    public static T Read<T>(string key, string path, Func<string, T> read) => Read("recipe", key, path, read);

    /// <summary>Reads the path; errors name the full path and the spec's key.</summary>
    /// <param name="key">The spec's key for the path.</param>
    /// <param name="path">The path.</param>
    /// <param name="read">Reads it.</param>
    public static T ReadOfSpec<T>(string key, string path, Func<string, T> read) => Read("spec", key, path, read);

    private static T Read<T>(string file, string key, string path, Func<string, T> read)
    {
        var full = Path.GetFullPath(path);
        try
        {
            return read(full);
        }
        catch (ModelGenException exception)
        {
            var written = full == path ? "" : $" as '{path}', relative to the working directory";
            throw new ModelGenException($"{exception.Message} The {file}'s '{key}' names it{written}.", exception);
        }
    }
}
