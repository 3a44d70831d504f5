using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace ModelGen.Data;

/// <summary>
/// A PNG file (W3C, Portable Network Graphics) reduced to its picture. Chunks of text, colour profiles and the like may unpack to any size
/// and are left out; their checksums are checked too, since damage may lie in the name of a chunk that matters. That all rows are there is
/// checked, because the decoder leaves missing ones black.
/// </summary>
internal sealed class PngFile
{
    private const int SignatureBytes = 8;
    private const int HeaderBytes = 13;
    private const int MostExifBytes = 1 << 16;
    private const long MostBytes = 1 << 30;

    private const string EndsInside = "it ends inside a chunk";

    private static readonly int[] Channels = [1, 0, 3, 1, 2, 0, 4];

    // Adam7: where each pass begins, and its steps.
    private static readonly (int Column, int Row, int Across, int Down)[] Passes =
    [
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ];

    private readonly MemoryStream _content = new();
    private readonly MemoryStream _pixels = new();

    private PngFile() { }

    /// <summary>Columns.</summary>
    public uint Width { get; private set; }

    /// <summary>Rows.</summary>
    public uint Height { get; private set; }

    /// <summary>Bits per channel.</summary>
    public int Depth { get; private set; }

    /// <summary>The file without the chunks that do not change its pixels.</summary>
    public byte[] Content => _content.ToArray();

    /// <summary>Reads the chunks that make the picture.</summary>
    /// <param name="file">The file, at its start.</param>
    /// <exception cref="InvalidDataException">They are not there, or too large.</exception>
    public static PngFile Read(Stream file)
    {
        var png = new PngFile();
        png.Copy(file, SignatureBytes);
        Span<byte> start = stackalloc byte[8];
        while (true)
        {
            var got = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            if (got < start.Length)
            {
                // Everything is there except the chunk that says so, or its rows will be missing.
                return png;
            }

            var length = BinaryPrimitives.ReadUInt32BigEndian(start);
            if (length > file.Length - file.Position)
            {
                throw new InvalidDataException(EndsInside);
            }

            if (!png.Keeps(start[4..], length))
            {
                Skip(start[4..], file, length);
                continue;
            }

            if (png._content.Length + length > MostBytes)
            {
                throw new InvalidDataException($"its pixels are packed into more than {MostBytes} bytes");
            }

            png.Add(start, file, (int)length);
            if (start[4..].SequenceEqual("IEND"u8))
            {
                return png;
            }
        }
    }

    /// <summary>
    /// Whether a pass of an interlaced picture has no columns: the decoder never ends on some of these (ImageSharp 2.1.13).
    /// </summary>
    public bool HasEmptyPasses => IsInterlaced && Width <= Passes.Max(static pass => pass.Column);

    /// <summary>Whether one colour of 16 bits per channel is transparent, which the decoder misreads (ImageSharp 2.1.13).</summary>
    public bool HasDeepTransparency { get; private set; }

    /// <summary>How the rows are incomplete, worded to follow the file's name; null if all are there.</summary>
    /// <exception cref="InvalidDataException">They cannot be unpacked.</exception>
    public string? MissingRows()
    {
        if (Depth is not (1 or 2 or 4 or 8 or 16) || Bits == 0)
        {
            return null; // the decoder says what is wrong
        }

        var parts = IsInterlaced ? Passes.Select(Part) : [(Width, Height)];
        var promised = parts.Sum(part => part.Item1 == 0 ? 0L : part.Item2 * RowBytes(part.Item1));
        _pixels.Position = 0;
        using var unpacked = new ZLibStream(_pixels, CompressionMode.Decompress, leaveOpen: true);
        var buffer = new byte[1 << 14];
        long held = 0;
        try
        {
            while (held < promised && unpacked.Read(buffer) is > 0 and var count)
            {
                held += count;
            }
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"its pixels cannot be unpacked after {held} of {promised} bytes", exception);
        }

        if (held >= promised)
        {
            return null;
        }

        return IsInterlaced
            ? $"is a truncated PNG file: it holds {held} of {promised} bytes of pixels"
            : $"is a truncated PNG file: it holds {held / RowBytes(Width)} of {Height} rows";
    }

    private int Bits { get; set; }

    private bool IsInterlaced { get; set; }

    private long RowBytes(uint width) => 1 + ((((long)width * Bits) + 7) / 8);

    private (uint Width, uint Height) Part((int Column, int Row, int Across, int Down) pass) =>
        (Steps(Width, pass.Column, pass.Across), Steps(Height, pass.Row, pass.Down));

    private static uint Steps(uint length, int first, int step) => length <= first ? 0 : (uint)((length - first + step - 1) / step);

    private bool Keeps(ReadOnlySpan<byte> type, uint length) =>
        type.SequenceEqual("IHDR"u8)
        || type.SequenceEqual("PLTE"u8)
        || type.SequenceEqual("tRNS"u8)
        || type.SequenceEqual("IDAT"u8)
        || type.SequenceEqual("IEND"u8)
        || (type.SequenceEqual("eXIf"u8) && length <= MostExifBytes && Depth > 0);

    private void Add(ReadOnlySpan<byte> start, Stream file, int length)
    {
        _content.Write(start);
        var at = (int)_content.Position;
        Copy(file, length + 4);
        var data = _content.GetBuffer().AsSpan(at, length);
        Check(start[4..], Checksum(start[4..], data), _content.GetBuffer().AsSpan(at + length));
        if (start[4..].SequenceEqual("IDAT"u8))
        {
            _pixels.Write(data);
        }
        else if (start[4..].SequenceEqual("IHDR"u8))
        {
            // What is checked must be what is decoded.
            if (Width > 0)
            {
                throw new InvalidDataException("it has two headers");
            }

            if (length != HeaderBytes)
            {
                throw new InvalidDataException($"its header has {length} bytes instead of {HeaderBytes}");
            }

            (Width, Height) = (BinaryPrimitives.ReadUInt32BigEndian(data), BinaryPrimitives.ReadUInt32BigEndian(data[4..]));
            Depth = data[8];
            Bits = Depth * (data[9] < Channels.Length ? Channels[data[9]] : 0);
            IsInterlaced = data[12] == 1;
        }
        else if (start[4..].SequenceEqual("tRNS"u8) && Depth == 16)
        {
            HasDeepTransparency = true;
        }
    }

    private static void Skip(ReadOnlySpan<byte> type, Stream file, long length)
    {
        var checksum = new Crc32();
        checksum.Append(type);
        var buffer = new byte[Math.Min(length, 1 << 16)];
        var left = length;
        while (left > 0)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(left, buffer.Length));
            file.ReadExactly(part);
            checksum.Append(part);
            left -= part.Length;
        }

        Span<byte> promised = stackalloc byte[4];
        if (file.ReadAtLeast(promised, promised.Length, throwOnEndOfStream: false) < promised.Length)
        {
            throw new InvalidDataException(EndsInside);
        }

        Check(type, checksum.GetCurrentHashAsUInt32(), promised);
    }

    private static uint Checksum(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        var checksum = new Crc32();
        checksum.Append(type);
        checksum.Append(data);
        return checksum.GetCurrentHashAsUInt32();
    }

    private static void Check(ReadOnlySpan<byte> type, uint checksum, ReadOnlySpan<byte> promised)
    {
        if (checksum != BinaryPrimitives.ReadUInt32BigEndian(promised))
        {
            throw new InvalidDataException($"the checksum of its chunk {Encoding.Latin1.GetString(type)} is wrong");
        }
    }

    private void Copy(Stream file, int length)
    {
        var at = (int)_content.Position;
        _content.SetLength(at + length);
        if (file.ReadAtLeast(_content.GetBuffer().AsSpan(at, length), length, throwOnEndOfStream: false) < length)
        {
            throw new InvalidDataException(EndsInside);
        }

        _content.Position = at + length;
    }
}
