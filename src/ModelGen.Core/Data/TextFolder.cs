using System.Text;

namespace ModelGen.Data;

/// <summary>Reads texts from a folder with one sub-folder per class.</summary>
public static class TextFolder
{
    /// <summary>
    /// Reads the text files in a folder, each a text of its own. Each sub-folder, in ordinal order, is a class of that name, with its files
    /// at any depth. Links are followed, but no folder is read twice. What systems leave behind is skipped: names that begin with a dot,
    /// <c>Thumbs.db</c>, <c>desktop.ini</c>, <c>__MACOSX</c>. Whatever else cannot be used is left out, see
    /// <see cref="TextCollection.Problems"/>: files that are empty or not text, files that belong to no class, classes without a text.
    /// </summary>
    /// <param name="folder">The folder. Its files are UTF-8, or UTF-16 with a byte-order mark.</param>
    /// <param name="progress">Receives the share of the files that has been read, from 0 to 1.</param>
    /// <param name="cancellation">Cancels reading.</param>
    /// <returns>The texts, in ordinal order of their paths.</returns>
    /// <exception cref="ModelGenException">The folder does not exist or cannot be read, has no sub-folders or no text, or a file is text in
    /// another encoding (the message names the file and the byte).</exception>
    /// <exception cref="OperationCanceledException">Reading was cancelled.</exception>
    public static TextCollection Read(string folder, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        FolderListing.Require(folder, "a folder with one sub-folder of text files per class");
        try
        {
            return Collect(folder, FolderListing.Of(folder), progress, cancellation);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelGenException($"Cannot read the folder '{folder}': {exception.Message}", exception);
        }
    }

    private static TextCollection Collect(string folder, FolderListing listing, IProgress<double>? progress, CancellationToken cancellation)
    {
        if (listing.SubFolders.Count == 0)
        {
            throw new ModelGenException(
                $"The folder '{folder}' has no sub-folders; put the texts of each class into a sub-folder named after it."
            );
        }

        var rows = new TextRows(folder, isOfNumbers: false);
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var problem in listing.Problems)
        {
            rows.LeaveOut(problem);
        }

        for (var index = 0; index < listing.Files.Count; index++)
        {
            var file = listing.Files[index];
            var parts = listing.Relative(file).Split('/');
            if (parts.Length == 1)
            {
                rows.LeaveOut(new FileProblem(file, "belongs to no class; put it into the sub-folder of one"));
            }
            else if (Text(file, rows, cancellation) is { } text && rows.Add(new TextPlace(file, 0), text, parts[0], null))
            {
                used.Add(parts[0]);
            }

            progress?.Report((index + 1.0) / listing.Files.Count);
        }

        foreach (var name in listing.SubFolders.Where(name => !used.Contains(name)))
        {
            rows.LeaveOut(new FileProblem(Path.Combine(folder, name), "holds no text, so that it is no class"));
        }

        return rows.Collect("put UTF-8 text files into its sub-folders");
    }

    private static string? Text(string file, TextRows rows, CancellationToken cancellation)
    {
        try
        {
            var text = new StringBuilder();
            foreach (var piece in TextFile.Read(file, static _ => { }, cancellation))
            {
                text.Append(piece.Span);
            }

            return text.ToString();
        }
        catch (ModelGenException exception) when (exception.Damage is not null)
        {
            rows.LeaveOut(new FileProblem(file, exception.Damage));
            return null;
        }
    }
}
