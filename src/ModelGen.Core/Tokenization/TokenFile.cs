using System.Buffers.Binary;
using System.IO.Hashing;
using System.IO.MemoryMappedFiles;
using System.Numerics;
using System.Runtime.InteropServices;
using ModelGen.Data;
using ModelGen.Files;

namespace ModelGen.Tokenization;

/// <summary>
/// The tokens of a text in a file that is mapped into memory, so that reading them takes no memory of the process: the operating system
/// keeps the pages that were read last, as long as it has room for them.
/// </summary>
/// <remarks>
/// A header of 128 bytes, then the tokens in one, two or four bytes each, see <see cref="TokenWidth"/>; little-endian. The header: eight
/// letters, the version of the format and the bytes of a token (int32), the number of tokens (int64), the SHA-256 of the text, the SHA-256
/// of the tokenizer, the XXH128 of the tokens and of the header without this hash, zeros.
/// </remarks>
internal sealed unsafe class TokenFile : IDisposable
{
    private const int Version = 1;
    private const int HeaderBytes = 128;
    private const int VersionAt = 8;
    private const int WidthAt = 12;
    private const int CountAt = 16;
    private const int TextAt = 24;
    private const int TokenizerAt = TextAt + TokenFileKey.HashBytes;
    private const int HashAt = TokenizerAt + TokenFileKey.HashBytes;
    private const int HashBytes = 16;

    // What fits into a processor's cache.
    private const int Step = 1 << 15;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private bool _isDisposed;

    private TokenFile(FileStream stream, int width, long count)
    {
        (Path, Width, Count) = (stream.Name, width, count);
        _file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _start += _view.PointerOffset;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The number of bytes of a token.</summary>
    public int Width { get; }

    /// <summary>The number of tokens.</summary>
    public long Count { get; }

    private static ReadOnlySpan<byte> Magic => "MGTOKENS"u8;

    /// <summary>Writes a file; what the path holds is replaced only once all is written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">Which tokens they are.</param>
    /// <param name="tokens">The tokens.</param>
    /// <exception cref="ModelGenException">The disk is full, the folder is not writable, or the like.</exception>
    public static void Write(string path, TokenFileKey key, IEnumerable<ReadOnlyMemory<int>> tokens) =>
        AtomicFile.Write(path, "the tokens", stream =>
        {
            var width = TokenWidth.Of(key.Vocabulary);
            var hash = new XxHash128();
            var count = 0L;
            var bytes = Array.Empty<byte>();
            stream.Write(new byte[HeaderBytes]);
            foreach (var piece in tokens)
            {
                var length = piece.Length * width;
                bytes = bytes.Length < length ? new byte[length] : bytes;
                Narrow(piece.Span, bytes, width);
                hash.Append(bytes.AsSpan(0, length));
                stream.Write(bytes, 0, length);
                count += piece.Length;
            }

            var header = Header(key, width, count);
            hash.Append(header);
            hash.GetCurrentHash(header.AsSpan(HashAt));
            stream.Position = 0;
            stream.Write(header);
        });

    /// <summary>Opens a file and checks every byte of it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">Which tokens are wanted.</param>
    /// <param name="progress">Receives the share that has been checked, from 0 to 1.</param>
    /// <param name="cancellation">Cancels checking.</param>
    /// <exception cref="ModelGenException">It is damaged, something else, or holds other tokens
    /// (<see cref="ModelGenException.Damage"/> says why).</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be read.</exception>
    /// <exception cref="OperationCanceledException">Checking was cancelled.</exception>
    public static TokenFile Open(string path, TokenFileKey key, IProgress<double>? progress, CancellationToken cancellation)
    {
        TokenFile file;
        var header = new byte[HeaderBytes];
        var stream = RegularFile.Open(path, FileShare.Read | FileShare.Delete);
        try
        {
            var filled = stream.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false);
            var width = TokenWidth.Of(key.Vocabulary);
            var count = (stream.Length - HeaderBytes) / width;
            CheckHeader(path, header.AsSpan(0, filled), Header(key, width, count), stream.Length - HeaderBytes - (count * width));
            file = new TokenFile(stream, width, count);
        }
        catch
        {
            stream.Dispose();
            throw;
        }

        try
        {
            file.CheckTokens(header, key.Vocabulary, progress, cancellation);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Copies tokens as they are stored.</summary>
    /// <param name="start">The position of the first.</param>
    /// <param name="target">Receives as many as fit into it; <see cref="Width"/> bytes each.</param>
    public void CopyTo(long start, Span<byte> target) => Bytes(start, target.Length / Width).CopyTo(target);

    /// <summary>All tokens in their order.</summary>
    /// <param name="progress">Receives the share that has been read, from 0 to 1.</param>
    /// <param name="cancellation">Cancels reading.</param>
    /// <returns>Pieces, each valid until the next.</returns>
    /// <exception cref="OperationCanceledException">Reading was cancelled.</exception>
    public IEnumerable<ReadOnlyMemory<int>> Pieces(IProgress<double>? progress, CancellationToken cancellation)
    {
        var piece = new int[Step];
        for (var start = 0L; start < Count; start += Step)
        {
            cancellation.ThrowIfCancellationRequested();
            var part = piece.AsMemory(0, (int)Math.Min(Step, Count - start));
            Read(start, part.Span);
            yield return part;
            progress?.Report((double)(start + part.Length) / Count);
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private static byte[] Header(TokenFileKey key, int width, long count)
    {
        var header = new byte[HeaderBytes];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(VersionAt), Version);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(WidthAt), width);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(CountAt), count);
        key.Text.CopyTo(header.AsSpan(TextAt));
        key.Tokenizer.CopyTo(header.AsSpan(TokenizerAt));
        return header;
    }

    // All of it is known but for the hash, since the number of tokens follows from the length of the file; but for a rest of bytes.
    private static void CheckHeader(string path, ReadOnlySpan<byte> found, ReadOnlySpan<byte> expected, long rest)
    {
        if (found.Length < HeaderBytes || !found.StartsWith(Magic))
        {
            throw Damaged(path, "it is no file of tokens");
        }

        if (!found[VersionAt..WidthAt].SequenceEqual(expected[VersionAt..WidthAt]))
        {
            throw Damaged(path, $"its format is not version {Version}");
        }

        if (!found[TextAt..HashAt].SequenceEqual(expected[TextAt..HashAt]))
        {
            throw Damaged(path, "it is of another text or another tokenizer");
        }

        if (!found[WidthAt..TextAt].SequenceEqual(expected[WidthAt..TextAt]) || rest != 0)
        {
            throw Damaged(path, "it does not have as many tokens as its header promises");
        }
    }

    private static ModelGenException Damaged(string path, string why) =>
        new($"The file of tokens '{path}' cannot be used: {why}; delete it.") { Damage = why };

    private static void Narrow(ReadOnlySpan<int> tokens, Span<byte> target, int width)
    {
        switch (width)
        {
            case sizeof(byte):
                Widen(tokens, target);
                break;
            case sizeof(short):
                Widen(tokens, MemoryMarshal.Cast<byte, short>(target));
                break;
            default:
                MemoryMarshal.AsBytes(tokens).CopyTo(target);
                break;
        }
    }

    private void Read(long start, Span<int> target)
    {
        var bytes = Bytes(start, target.Length);
        switch (Width)
        {
            case sizeof(byte):
                Widen(bytes, target);
                break;
            case sizeof(short):
                Widen(MemoryMarshal.Cast<byte, short>(bytes), target);
                break;
            default:
                Widen(MemoryMarshal.Cast<byte, int>(bytes), target);
                break;
        }
    }

    private static void Widen<TFrom, TTo>(ReadOnlySpan<TFrom> tokens, Span<TTo> target)
        where TFrom : INumberBase<TFrom>
        where TTo : INumberBase<TTo>
    {
        for (var index = 0; index < tokens.Length; index++)
        {
            target[index] = TTo.CreateTruncating(tokens[index]);
        }
    }

    private void CheckTokens(byte[] header, int vocabulary, IProgress<double>? progress, CancellationToken cancellation)
    {
        var hash = new XxHash128();
        var start = 0L;
        var isInside = true;
        foreach (var piece in Pieces(progress, cancellation))
        {
            hash.Append(Bytes(start, piece.Length));
            foreach (var token in piece.Span)
            {
                isInside &= (uint)token < (uint)vocabulary;
            }

            start += piece.Length;
        }

        var expected = header.AsSpan(HashAt, HashBytes).ToArray();
        header.AsSpan(HashAt, HashBytes).Clear();
        hash.Append(header);
        if (!isInside || !hash.GetCurrentHash().AsSpan().SequenceEqual(expected))
        {
            throw Damaged(Path, isInside ? "its content is not what was written" : "it has tokens that the tokenizer lacks");
        }
    }

    private ReadOnlySpan<byte> Bytes(long start, int count)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Count - count);
        return new ReadOnlySpan<byte>(_start + HeaderBytes + (start * Width), count * Width);
    }
}
