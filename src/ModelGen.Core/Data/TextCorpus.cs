using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace ModelGen.Data;

/// <summary>
/// Text to train on. Texts in files stay there: they are read once to check them and to know their characters, and again to turn them into
/// tokens, so that a text may be larger than memory.
/// </summary>
public sealed class TextCorpus
{
    private const int PieceLength = 1 << 18;

    private readonly string _text = "";
    private readonly IReadOnlyList<CheckedFile> _files = [];
    private readonly bool _endsEachFile;

    private TextCorpus(string text)
    {
        var characters = new TextCharacters();
        characters.Add(text);
        _text = text;
        (ByteCount, CharacterCount, Alphabet) = (characters.Bytes, characters.Count, characters.Distinct());
    }

    private TextCorpus(
        string source,
        IReadOnlyList<CheckedFile> files,
        bool endsEachFile,
        TextCharacters characters,
        IReadOnlyList<FileProblem> problems
    )
    {
        (Source, _files, _endsEachFile, Problems) = (source, files, endsEachFile, problems);
        Files = [.. files.Select(static file => file.Path)];
        (ByteCount, CharacterCount, Alphabet) = (characters.Bytes, characters.Count, characters.Distinct());
    }

    /// <summary>The files that the text comes from, in their order; empty for a text in memory.</summary>
    public IReadOnlyList<string> Files { get; } = [];

    /// <summary>What was left out of a folder because it is not text, and why, in the order of the paths.</summary>
    public IReadOnlyList<FileProblem> Problems { get; } = [];

    /// <summary>The number of bytes of the text in UTF-8.</summary>
    public long ByteCount { get; }

    /// <summary>The number of characters (Unicode scalar values).</summary>
    public long CharacterCount { get; }

    /// <summary>The distinct characters, in ascending order.</summary>
    public IReadOnlyList<Rune> Alphabet { get; }

    /// <summary>The number of documents: files with something in them; 1 for a text in memory.</summary>
    public int DocumentCount => _files.Count == 0 ? 1 : _files.Count(static file => file.Length > 0);

    /// <summary>The file or the folder that was read; null for a text in memory.</summary>
    internal string? Source { get; }

    /// <summary>Creates a corpus from a text in memory.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The corpus.</returns>
    /// <exception cref="ModelGenException">The text is empty, or has half of a surrogate pair.</exception>
    public static TextCorpus FromText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length > 0 ? new TextCorpus(text) : throw new ModelGenException("The text to train on is empty; pass some text.");
    }

    /// <summary>
    /// Reads a text file, or every text file in a folder and its sub-folders, in ordinal order of their paths; each file of a folder ends
    /// with a line break, its own or an added one. The files must not change until the tokens are made.
    /// </summary>
    /// <param name="path">
    /// The file or the folder. Files are UTF-8, or UTF-16 with a byte-order mark; a byte-order mark is not part of the text. Inside a
    /// folder, what systems leave behind is skipped (names that begin with a dot, <c>Thumbs.db</c>, <c>desktop.ini</c>, <c>__MACOSX</c>),
    /// links are followed, but no folder is read twice, and files that are not text are left out, see <see cref="Problems"/>.
    /// </param>
    /// <param name="progress">Receives the share that has been read, from 0 to 1.</param>
    /// <param name="cancellation">Cancels reading.</param>
    /// <returns>The corpus.</returns>
    /// <exception cref="ModelGenException">The path does not exist, holds nothing, cannot be read, or a file is text in another encoding
    /// (the message names the file and the byte).</exception>
    /// <exception cref="OperationCanceledException">Reading was cancelled.</exception>
    public static TextCorpus Read(string path, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return Directory.Exists(path) ? ReadFolder(path, progress, cancellation) : ReadFile(path, progress, cancellation);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, exception);
        }
    }

    /// <summary>The whole text as one string.</summary>
    /// <returns>The text; files are read again.</returns>
    /// <exception cref="ModelGenException">A file cannot be read or has changed, or the text is longer than a string can be.</exception>
    public string ReadToEnd()
    {
        if (_files.Count == 0)
        {
            return _text;
        }

        try
        {
            var text = new StringBuilder();
            foreach (var piece in Pieces())
            {
                text.Append(piece.Span);
            }

            return text.ToString();
        }
        catch (OutOfMemoryException exception)
        {
            throw new ModelGenException(
                $"The text has {ByteCount} bytes, more than fit into one string; make tokens of it without reading it to the end.",
                exception
            );
        }
    }

    /// <summary>A corpus of any text, which may be empty.</summary>
    internal static TextCorpus Of(string text) => new(text);

    /// <summary>SHA-256 of the text and of where its documents end.</summary>
    internal byte[] Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([(byte)(_endsEachFile ? 1 : 0)]);
        hash.AppendData(MemoryMarshal.AsBytes(_text.AsSpan()));
        foreach (var file in _files)
        {
            hash.AppendData(file.Hash);
        }

        return hash.GetHashAndReset();
    }

    /// <summary>The text from its beginning, piece by piece.</summary>
    /// <param name="progress">Receives the share that has been read, from 0 to 1.</param>
    /// <param name="cancellation">Cancels reading.</param>
    /// <returns>Pieces of whole characters; each is valid until the next.</returns>
    /// <exception cref="ModelGenException">A file cannot be read, or has changed since the corpus was created.</exception>
    /// <exception cref="OperationCanceledException">Reading was cancelled.</exception>
    internal IEnumerable<ReadOnlyMemory<char>> Pieces(IProgress<double>? progress = null, CancellationToken cancellation = default) =>
        Documents(progress, cancellation).Where(static piece => piece.Text.Length > 0).Select(static piece => piece.Text);

    /// <summary>The text from its beginning, piece by piece, and where its documents end.</summary>
    /// <param name="progress">Receives the share that has been read, from 0 to 1.</param>
    /// <param name="cancellation">Cancels reading.</param>
    /// <returns>Pieces of whole characters, each valid until the next; the one that ends a document is what has been added to part it from
    /// the next, which may be nothing.</returns>
    /// <exception cref="ModelGenException">A file cannot be read, or has changed since the corpus was created.</exception>
    /// <exception cref="OperationCanceledException">Reading was cancelled.</exception>
    internal IEnumerable<(ReadOnlyMemory<char> Text, bool EndsDocument)> Documents(
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        for (int start = 0, end; start < _text.Length; start = end)
        {
            cancellation.ThrowIfCancellationRequested();
            end = Math.Min(_text.Length, start + PieceLength);
            end += end < _text.Length && char.IsLowSurrogate(_text[end]) ? 1 : 0;
            yield return (_text.AsMemory(start..end), false);
            progress?.Report((double)end / _text.Length);
        }

        if (_text.Length > 0)
        {
            yield return (default, true);
        }

        var share = new ReadShare(_files.Select(static file => file.Path), progress);
        foreach (var file in _files)
        {
            var read = 0L;
            var last = '\n';
            var checksum = new XxHash128();
            using var pieces = TextFile.Read(file.Path, share.Advance, cancellation).GetEnumerator();
            while (Next(file.Path, pieces))
            {
                read += pieces.Current.Length;
                last = pieces.Current.Span[^1];
                checksum.Append(MemoryMarshal.AsBytes(pieces.Current.Span));
                yield return (pieces.Current, false);
            }

            file.CheckUnchanged(read, checksum.GetCurrentHashAsUInt128());
            if (read > 0)
            {
                yield return (_endsEachFile && last != '\n' ? "\n".AsMemory() : default, true);
            }
        }
    }

    private static bool Next(string path, IEnumerator<ReadOnlyMemory<char>> pieces)
    {
        try
        {
            return pieces.MoveNext();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, exception);
        }
    }

    private static TextCorpus ReadFile(string path, IProgress<double>? progress, CancellationToken cancellation)
    {
        if (!File.Exists(path))
        {
            throw new ModelGenException($"The text '{path}' does not exist; it must be a UTF-8 text file, or a folder of them.");
        }

        var (characters, file, _) = Check(path, new ReadShare([path], progress), cancellation);
        return characters.Length > 0
            ? new TextCorpus(path, [file], endsEachFile: false, characters, [])
            : throw new ModelGenException($"The file '{path}' is empty; it must be a UTF-8 text file with something to learn from.");
    }

    private static TextCorpus ReadFolder(string folder, IProgress<double>? progress, CancellationToken cancellation)
    {
        var listing = FolderListing.Of(folder);
        var all = new TextCharacters();
        var texts = new List<CheckedFile>();
        var problems = listing.Problems.ToList();
        var share = new ReadShare(listing.Files, progress);
        foreach (var file in listing.Files)
        {
            try
            {
                var (characters, text, last) = Check(file, share, cancellation);
                texts.Add(text);
                all.Add(characters);
                if (last != '\n')
                {
                    all.Add("\n");
                }
            }
            catch (ModelGenException exception) when (exception.Damage is not null)
            {
                problems.Add(new FileProblem(file, exception.Damage));
            }
        }

        problems.Sort(static (one, other) => string.CompareOrdinal(one.File, other.File));
        if (all.Length > 0)
        {
            return new TextCorpus(folder, texts, endsEachFile: true, all, problems);
        }

        var others = problems.Count > 0 ? $": '{problems[0].File}' {problems[0].Reason}" : "";
        var more = problems.Count > 1 ? $", and {problems.Count - 1} more" : "";
        throw new ModelGenException($"The folder '{folder}' holds no text{others}{more}; put UTF-8 text files into it.");
    }

    private static (TextCharacters Characters, CheckedFile File, char Last) Check(
        string path,
        ReadShare share,
        CancellationToken cancellation
    )
    {
        var characters = new TextCharacters();
        var last = '\n';
        var checksum = new XxHash128();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var piece in TextFile.Read(path, share.Advance, cancellation))
        {
            characters.Add(piece.Span);
            checksum.Append(MemoryMarshal.AsBytes(piece.Span));
            hash.AppendData(MemoryMarshal.AsBytes(piece.Span));
            last = piece.Span[^1];
        }

        return (characters, new CheckedFile(path, characters.Length, hash.GetHashAndReset(), checksum.GetCurrentHashAsUInt128()), last);
    }

    private static ModelGenException Unreadable(string path, Exception exception) =>
        new($"Cannot read the text '{path}': {exception.Message}", exception);

    /// <summary>
    /// A file as it was when it was checked: its length in UTF-16 code units, their SHA-256, and their XXH128, by which each further
    /// reading is compared in a fraction of the time.
    /// </summary>
    private sealed record CheckedFile(string Path, long Length, byte[] Hash, UInt128 Checksum)
    {
        public void CheckUnchanged(long length, UInt128 checksum)
        {
            if (length != Length)
            {
                throw new ModelGenException(
                    $"The file '{Path}' had {Length} characters when it was checked, and {length} when it was read again; start again when "
                        + "nothing writes to it."
                );
            }

            if (checksum != Checksum)
            {
                throw new ModelGenException($"The file '{Path}' has changed since it was checked; start again when nothing writes to it.");
            }
        }
    }

    /// <summary>Tells how much of some files has been read.</summary>
    private sealed class ReadShare(IEnumerable<string> files, IProgress<double>? progress)
    {
        private readonly long _total = progress is null ? 0 : Math.Max(1, files.Sum(static file => new FileInfo(file).Length));
        private long _read;

        public void Advance(long bytes)
        {
            _read += bytes;
            progress?.Report(Math.Min(1, (double)_read / _total));
        }
    }
}
