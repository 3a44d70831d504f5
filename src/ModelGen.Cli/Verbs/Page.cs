namespace ModelGen.Cli.Verbs;

/// <summary>The pages of the documentation that the command carries.</summary>
internal static class Page
{
    /// <summary>A page; null if there is none of this name.</summary>
    public static string? Find(string name)
    {
        using var stream = typeof(Page).Assembly.GetManifestResourceStream(name);
        if (stream is null)
        {
            return null;
        }

        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Markdown as plain text: without links, which lead nowhere in a terminal.</summary>
    public static string Plain(string markdown)
    {
        var lines = markdown.Split('\n').Where(static line => !line.StartsWith("[All diagnostics]", StringComparison.Ordinal));
        return string.Join('\n', lines).TrimEnd() + "\n";
    }
}
