using ModelGen.Files;

namespace ModelGen.Data;

/// <summary>A text file as a reader of characters; see <see cref="TextFile"/>.</summary>
internal sealed class TextFileReader : TextReader
{
    private readonly IEnumerator<ReadOnlyMemory<char>> _pieces;
    private ReadOnlyMemory<char> _piece;

    private TextFileReader(IEnumerator<ReadOnlyMemory<char>> pieces) => _pieces = pieces;

    /// <summary>Reads something from a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="read">Reads it.</param>
    /// <param name="progress">Receives the share that has been read, from 0 to 1.</param>
    /// <param name="cancellation">Cancels reading.</param>
    /// <exception cref="ModelGenException">The file does not exist, cannot be read, or is not text in UTF-8.</exception>
    /// <exception cref="OperationCanceledException">Reading was cancelled.</exception>
    public static T Read<T>(string path, Func<TextFileReader, T> read, IProgress<double>? progress, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path) && RegularFile.Otherwise(path) is null)
        {
            throw new ModelGenException($"The file '{path}' does not exist; it must be a text file in UTF-8.");
        }

        try
        {
            var total = Math.Max(1, new FileInfo(path) is { Exists: true } file ? file.Length : 1);
            var done = 0L;
            using var reader = new TextFileReader(TextFile.Read(path, Advance, cancellation).GetEnumerator());
            return read(reader);

            void Advance(long bytes)
            {
                done += bytes;
                progress?.Report(Math.Min(1, (double)done / total));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelGenException($"Cannot read the file '{path}': {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public override int Peek() => HasMore() ? _piece.Span[0] : -1;

    /// <inheritdoc/>
    public override int Read()
    {
        if (!HasMore())
        {
            return -1;
        }

        var character = _piece.Span[0];
        _piece = _piece[1..];
        return character;
    }

    /// <inheritdoc/>
    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    /// <inheritdoc/>
    public override int Read(Span<char> buffer)
    {
        if (buffer.IsEmpty || !HasMore())
        {
            return 0;
        }

        var count = Math.Min(buffer.Length, _piece.Length);
        _piece.Span[..count].CopyTo(buffer);
        _piece = _piece[count..];
        return count;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _pieces.Dispose();
        base.Dispose(disposing);
    }

    private bool HasMore()
    {
        while (_piece.IsEmpty && _pieces.MoveNext())
        {
            _piece = _pieces.Current;
        }

        return !_piece.IsEmpty;
    }
}
