using ModelGen.Files;

namespace ModelGen.Data;

/// <summary>
/// The files of a folder at any depth, each folder once: links are followed unless they lead to what is listed anyway. What an operating
/// system or a tool leaves behind is skipped: names that begin with a dot, <c>Thumbs.db</c>, <c>desktop.ini</c>, <c>__MACOSX</c>.
/// </summary>
internal sealed class FolderListing
{
    private static readonly HashSet<string> Leftovers = new(StringComparer.OrdinalIgnoreCase) { "Thumbs.db", "desktop.ini", "__MACOSX" };

    private readonly string _folder;
    private readonly string _root;
    private readonly HashSet<string> _listed = [];
    private readonly Queue<string> _links = new();
    private readonly SortedSet<string> _subFolders = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _files = new(StringComparer.Ordinal);
    private readonly List<FileProblem> _problems = [];

    private FolderListing(string folder)
    {
        _folder = folder;
        _root = RealPath.Of(folder);
        List(folder, _root);

        // After all folders that lie here themselves: of a folder and a link to it, the folder counts.
        while (_links.TryDequeue(out var link))
        {
            Follow(link);
        }
    }

    /// <summary>The names of the folders directly inside, in ordinal order.</summary>
    public IReadOnlyList<string> SubFolders => [.. _subFolders];

    /// <summary>The files, in ordinal order of their paths.</summary>
    public IReadOnlyList<string> Files => [.. _files.Values];

    /// <summary>The entries that are neither files nor folders, and links that lead nowhere or back.</summary>
    public IReadOnlyList<FileProblem> Problems => _problems;

    /// <summary>Lists a folder.</summary>
    /// <param name="folder">The folder, which exists.</param>
    /// <exception cref="IOException">A folder cannot be listed.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder must not be listed.</exception>
    public static FolderListing Of(string folder) => new(folder);

    /// <summary>Checks that a path is that of a folder.</summary>
    /// <param name="path">The path.</param>
    /// <param name="wanted">What it must be: "a folder of images".</param>
    /// <exception cref="ModelGenException">It is a file, or there is nothing.</exception>
    public static void Require(string path, string wanted)
    {
        if (!Directory.Exists(path))
        {
            throw new ModelGenException(
                $"{(File.Exists(path) ? $"'{path}' is a file" : $"The folder '{path}' does not exist")}; it must be {wanted}."
            );
        }
    }

    /// <summary>The path of a file or folder, relative to the listed folder and with slashes.</summary>
    public string Relative(string path) => Path.GetRelativePath(_folder, path).Replace(Path.DirectorySeparatorChar, '/');

    private void List(string folder, string real)
    {
        if (!_listed.Add(real))
        {
            _problems.Add(new FileProblem(folder, $"is the folder '{real}', which is read already"));
            return;
        }

        if (folder != _folder && Relative(folder) is var name && !name.Contains('/'))
        {
            _subFolders.Add(name);
        }

        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            if (entry.Name.StartsWith('.') || Leftovers.Contains(entry.Name))
            {
                continue;
            }

            var path = Path.Combine(folder, entry.Name);
            if (!Directory.Exists(path))
            {
                AddFile(path);
            }
            else if (entry.LinkTarget is null)
            {
                List(path, Path.Combine(real, entry.Name));
            }
            else
            {
                _links.Enqueue(path);
            }
        }
    }

    private void Follow(string link)
    {
        var real = RealPath.Of(link);
        if (_listed.Contains(real))
        {
            _problems.Add(new FileProblem(link, $"is a link to '{real}', which is read already"));
        }
        else if (RealPath.IsWithin(_root, real))
        {
            _problems.Add(new FileProblem(link, $"is a link to '{real}', which contains this folder"));
        }
        else
        {
            List(link, real);
        }
    }

    private void AddFile(string path)
    {
        if (!LeadsSomewhere(path))
        {
            _problems.Add(new FileProblem(path, "is a link that leads nowhere"));
        }
        else if (RegularFile.Otherwise(path) is { } other)
        {
            _problems.Add(new FileProblem(path, $"is {other}, not a file"));
        }
        else
        {
            _files.Add(Relative(path), path);
        }
    }

    private static bool LeadsSomewhere(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true) is null or { Exists: true };
        }
        catch (IOException)
        {
            // In a circle.
            return false;
        }
    }
}
