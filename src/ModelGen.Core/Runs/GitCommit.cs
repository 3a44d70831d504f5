namespace ModelGen.Runs;

/// <summary>The commit of the working tree that contains a folder, read from git's files.</summary>
internal static class GitCommit
{
    private const string GitFolder = ".git";
    private const string LinkPrefix = "gitdir:";
    private const string ReferencePrefix = "ref:";

    /// <summary>Finds the commit.</summary>
    /// <param name="folder">The folder; its parents are also searched.</param>
    /// <returns>Its hash; null if there is no working tree, it cannot be read, or it has no commit.</returns>
    public static string? Find(string folder)
    {
        for (var above = new DirectoryInfo(Path.GetFullPath(folder)); above is not null; above = above.Parent)
        {
            var git = Path.Combine(above.FullName, GitFolder);
            if (Path.Exists(git))
            {
                return Read(() => Commit(git));
            }
        }

        return null;
    }

    private static string? Commit(string git)
    {
        // In a worktree or submodule, .git is a file that points to its folder; what all worktrees share is in yet another folder.
        if (File.Exists(git))
        {
            git = Path.Combine(Path.GetDirectoryName(git)!, After(LinkPrefix, File.ReadAllText(git)) ?? "");
        }

        var shared = Read(() => Path.Combine(git, File.ReadAllText(Path.Combine(git, "commondir")).Trim())) ?? git;
        var head = File.ReadAllText(Path.Combine(git, "HEAD"));
        if (After(ReferencePrefix, head) is not { } reference)
        {
            return Hash(head);
        }

        return Read(() => Hash(File.ReadAllText(Path.Combine(git, reference))))
            ?? Read(() => Hash(File.ReadAllText(Path.Combine(shared, reference))))
            ?? Read(() => Packed(shared, reference));
    }

    private static string? Packed(string shared, string reference) =>
        File.ReadLines(Path.Combine(shared, "packed-refs"))
            .Where(line => line.EndsWith(" " + reference, StringComparison.Ordinal))
            .Select(static line => Hash(line.Split(' ')[0]))
            .FirstOrDefault();

    private static string? After(string prefix, string text) =>
        text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..].Trim() : null;

    // 40 digits of SHA-1, or 64 of SHA-256.
    private static string? Hash(string text) => text.Trim() is { Length: 40 or 64 } hash && hash.All(char.IsAsciiHexDigit) ? hash : null;

    private static string? Read(Func<string?> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A repository that cannot be read counts as none.
            return null;
        }
    }
}
