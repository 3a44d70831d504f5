using ModelGen.Data;
using ModelGen.Files;

namespace ModelGen.Tokenization;

/// <summary>
/// The files of tokens of a text, in a folder <c>.tokens</c> beside a text file or inside a folder of texts: they are found again wherever
/// a run is, move with the text and go with it.
/// </summary>
internal sealed class TokenCache
{
    /// <summary>The folder's name; a folder of texts is read without what begins with a dot.</summary>
    public const string FolderName = ".tokens";

    /// <summary>The bytes of text from which on tokens are kept in a file: below, encoding takes little time and the tokens little
    /// memory.</summary>
    public const long SmallestText = 32 << 20;

    /// <summary>How many files a text has; of more, those that were not used for the longest time go.</summary>
    public const int MostFiles = 4;

    private const string Extension = ".tokens";

    private static readonly TimeSpan LongestWrite = TimeSpan.FromDays(1);

    private readonly TextCorpus _text;
    private readonly string _folder;
    private readonly string _name;

    /// <param name="text">A text that comes from files.</param>
    public TokenCache(TextCorpus text)
    {
        _text = text;
        var source = Path.GetFullPath(text.Source!).TrimEnd(Path.DirectorySeparatorChar);
        _folder = Path.Combine(Directory.Exists(source) ? source : Path.GetDirectoryName(source)!, FolderName);
        _name = Path.GetFileName(source);
    }

    /// <summary>Opens the file of the text's tokens, which is written first if there is none, or one that is damaged.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="progress">Receives the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <returns>The file, open until disposed.</returns>
    /// <exception cref="ModelGenException">The text cannot be read, the tokenizer lacks a character, or the file cannot be
    /// written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public TokenFile Open(Tokenizer tokenizer, IProgress<double>? progress, CancellationToken cancellation)
    {
        const double Writing = 0.9;
        var key = new TokenFileKey(_text, tokenizer);
        var path = Path.Combine(_folder, $"{_name}-{key.Name}{Extension}");
        if (Find(path, key, progress, cancellation) is { } found)
        {
            return found;
        }

        Prepare();
        TokenFile.Write(path, key, CorpusTokens.Pieces(_text, tokenizer, ReadingShare.Of(progress, 0, Writing), cancellation));
        RemoveOldest();
        try
        {
            return TokenFile.Open(path, key, ReadingShare.Of(progress, Writing, 1 - Writing), cancellation);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelGenException($"Cannot read the tokens '{path}', which were just written: {exception.Message}", exception);
        }
    }

    private static TokenFile? Find(string path, TokenFileKey key, IProgress<double>? progress, CancellationToken cancellation)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            var file = TokenFile.Open(path, key, progress, cancellation);
            MarkUsed(path);
            return file;
        }
        catch (ModelGenException exception) when (exception.Damage is not null)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void MarkUsed(string path)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A folder that is only read keeps its times, and its files.
        }
    }

    private void Prepare()
    {
        try
        {
            Directory.CreateDirectory(_folder);

            // What can be made again is nothing for a repository.
            File.WriteAllText(Path.Combine(_folder, ".gitignore"), "*\n");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelGenException($"Cannot save the tokens in '{_folder}': {exception.Message}", exception);
        }
    }

    private void RemoveOldest()
    {
        try
        {
            var files = new DirectoryInfo(_folder).GetFiles().Where(file => file.Name.StartsWith($"{_name}-", StringComparison.Ordinal));
            var length = _name.Length + 1 + TokenFileKey.NameLength + Extension.Length;
            var old = files
                .Where(file => file.Name.EndsWith(Extension, StringComparison.Ordinal) && file.Name.Length == length)
                .OrderByDescending(static file => file.LastWriteTimeUtc)
                .Skip(MostFiles);
            var abandoned = files.Where(static file =>
                file.Name.EndsWith(Extension + AtomicFile.TemporarySuffix, StringComparison.Ordinal)
                && DateTime.UtcNow - file.LastWriteTimeUtc > LongestWrite
            );
            foreach (var file in old.Concat(abandoned))
            {
                file.Delete();
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // In use by another run, which will be gone when the next file is written.
        }
    }
}
