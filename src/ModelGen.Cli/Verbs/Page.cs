using System.Text;

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

    /// <summary>Markdown as plain text: without links, which lead nowhere in a terminal, and with code indented, not fenced.</summary>
    public static string Plain(string markdown)
    {
        var (text, isCode) = (new StringBuilder(), false);
        foreach (var line in markdown.TrimEnd().Split('\n').Where(static line => !IsFoot(line)))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                isCode = !isCode;
                continue;
            }

            text.Append(isCode && line.Length > 0 ? "    " : "").Append(line).Append('\n');
        }

        return text.ToString().TrimEnd() + "\n";
    }

    private static bool IsFoot(string line) => line.StartsWith("[All diagnostics]", StringComparison.Ordinal);
}
