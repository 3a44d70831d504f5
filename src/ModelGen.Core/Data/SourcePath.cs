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

    /// <summary>Reads what to train on and, where a recipe names them, the test data.</summary>
    /// <param name="key">The recipe's key for the source, whose <c>test</c> names the test data.</param>
    /// <param name="path">The path of what to train on.</param>
    /// <param name="test">The path of the test data; null for none.</param>
    /// <param name="read">Reads either, and reports how much of it has been read.</param>
    /// <param name="progress">Receives the share of both that has been read.</param>
    public static (T Training, T? Test) ReadBoth<T>(
        string key,
        string path,
        string? test,
        Func<string, IProgress<double>?, T> read,
        IProgress<double>? progress
    )
        where T : class =>
        (
            Read(key, path, full => read(full, test is null ? progress : ReadingShare.Of(progress, 0, 0.5))),
            test is null ? null : Read(key + ".test", test, full => read(full, ReadingShare.Of(progress, 0.5, 0.5)))
        );

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
