namespace ModelGen.Data;

/// <summary>A path as a recipe has it, which starts from the folder that the program runs in.</summary>
internal static class SourcePath
{
    /// <summary>Reads what is there; what goes wrong is told with the whole path, and with where it comes from.</summary>
    /// <param name="key">The key of the recipe that says it.</param>
    /// <param name="path">The path.</param>
    /// <param name="read">Reads it.</param>
    public static T Read<T>(string key, string path, Func<string, T> read)
    {
        var full = Path.GetFullPath(path);
        try
        {
            return read(full);
        }
        catch (ModelGenException exception)
        {
            var written = full == path ? "" : $" as '{path}', which starts from the folder that the program runs in";
            throw new ModelGenException($"{exception.Message} The recipe's '{key}' names it{written}.", exception);
        }
    }
}
