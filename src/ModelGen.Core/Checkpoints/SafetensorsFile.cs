using System.IO.MemoryMappedFiles;
using ModelGen.Files;

namespace ModelGen.Checkpoints;

/// <summary>A safetensors file open for reading; its header is checked when it is opened.</summary>
internal sealed class SafetensorsFile : IDisposable
{
    private readonly FileStream _stream;
    private readonly string _what;

    private SafetensorsFile(FileStream stream, string what)
    {
        (_stream, _what) = (stream, what);
        Header = SafetensorsHeader.Read(stream, $"The {what} '{stream.Name}'");
    }

    /// <summary>The file.</summary>
    public string Path => _stream.Name;

    /// <summary>Its header.</summary>
    public SafetensorsHeader Header { get; }

    /// <summary>Opens a file and checks its header.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What messages call it, such as "checkpoint".</param>
    /// <returns>The file, open until disposed.</returns>
    /// <exception cref="ModelGenException">The file is missing, cannot be read, is truncated, or is not a safetensors file.</exception>
    public static SafetensorsFile Open(string path, string what)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FileStream? stream = null;
        try
        {
            stream = RegularFile.Open(path, FileShare.Read | FileShare.Delete);
            return new SafetensorsFile(stream, what);
        }
        catch (ModelGenException)
        {
            stream?.Dispose();
            throw;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            stream?.Dispose();
            throw new ModelGenException(
                exception is FileNotFoundException or DirectoryNotFoundException
                    ? $"The {what} '{path}' does not exist."
                    : $"Cannot read the {what} '{path}': {exception.Message}",
                exception
            );
        }
    }

    /// <summary>Maps the file into memory, so that what is read of it is copied once and not kept.</summary>
    /// <returns>The mapped file, which ends before this one.</returns>
    /// <exception cref="ModelGenException">The system cannot map it.</exception>
    public MemoryMappedFile Map()
    {
        try
        {
            return MemoryMappedFile.CreateFromFile(
                _stream,
                mapName: null,
                capacity: 0,
                MemoryMappedFileAccess.Read,
                HandleInheritability.None,
                leaveOpen: true
            );
        }
        catch (IOException exception)
        {
            throw Unreadable(exception);
        }
    }

    /// <summary>Finds a tensor by name.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Its entry.</returns>
    /// <exception cref="ModelGenException">The file has no such tensor.</exception>
    public SafetensorsEntry Find(string name) =>
        Header.Entries.TryGetValue(name, out var entry)
            ? entry
            : throw new ModelGenException($"The {_what} '{Path}' has no tensor '{name}'.");

    /// <summary>Reads bytes of a tensor.</summary>
    /// <param name="entry">The tensor.</param>
    /// <param name="start">The first byte to read, counted from the tensor's first.</param>
    /// <param name="target">The buffer to fill.</param>
    /// <exception cref="ModelGenException">Reading fails.</exception>
    public void Read(SafetensorsEntry entry, long start, Span<byte> target)
    {
        try
        {
            _stream.Position = Header.DataStart + entry.Begin + start;
            _stream.ReadExactly(target);
        }
        catch (IOException exception)
        {
            throw Unreadable(exception);
        }
    }

    /// <summary>Reads the whole file and compares it with its stored hash, see <see cref="ContentHash"/>.</summary>
    /// <exception cref="ModelGenException">The hashes differ, the file holds none, or reading fails.</exception>
    public void CheckHash()
    {
        var header = Header.Bytes.ToArray();
        if (
            !Header.Metadata.TryGetValue(ContentHash.Key, out var expected)
            || expected.Length != ContentHash.Digits
            || ContentHash.Find(header) < 0
        )
        {
            throw Changed("it does not hold the hash of its content");
        }

        using var hash = new ContentHash();
        hash.Add(Header.Length);
        ContentHash.Clear(header);
        hash.Add(header);
        var buffer = new byte[1 << 20];
        try
        {
            _stream.Position = Header.DataStart;
            while (_stream.Read(buffer) is > 0 and var count)
            {
                hash.Add(buffer.AsSpan(0, count));
            }
        }
        catch (IOException exception)
        {
            throw Unreadable(exception);
        }

        if (hash.Finish() is var found && found != expected)
        {
            throw Changed($"its content has the SHA-256 {found[..8]}…, but {expected[..8]}… was saved");
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _stream.Dispose();

    private ModelGenException Unreadable(IOException exception) => new($"Cannot read the {_what} '{Path}': {exception.Message}", exception);

    private ModelGenException Changed(string why) =>
        new($"The {_what} '{Path}' is damaged: {why}; use another copy of the file.") { Damage = why };
}
