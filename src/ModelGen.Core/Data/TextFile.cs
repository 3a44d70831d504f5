using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using ModelGen.Files;

namespace ModelGen.Data;

/// <summary>A text file, decoded piece by piece: UTF-8, with or without a byte-order mark, or UTF-16 with one.</summary>
internal static class TextFile
{
    private const int PieceBytes = 1 << 18;

    private enum Encoded
    {
        Utf8,
        LittleEndianUtf16,
        BigEndianUtf16,
    }

    /// <summary>Reads the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="advance">Receives the number of bytes of each step.</param>
    /// <param name="cancellation">Cancels reading.</param>
    /// <returns>Pieces of whole characters, without a byte-order mark; each is valid until the next.</returns>
    /// <exception cref="ModelGenException">The file is not text (<see cref="ModelGenException.Damage"/> says why), or is encoded in another
    /// way; the message names the file and the byte.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="OperationCanceledException">Reading was cancelled.</exception>
    public static IEnumerable<ReadOnlyMemory<char>> Read(string path, Action<long> advance, CancellationToken cancellation)
    {
        using var file = RegularFile.Open(path);
        var bytes = new byte[Math.Clamp(file.Length + 1, 4, PieceBytes)];
        var characters = new char[bytes.Length];
        var encoded = Encoded.Utf8;
        string? format = null;
        var (held, offset) = (0, 0L);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var got = file.ReadAtLeast(bytes.AsSpan(held), bytes.Length - held, throwOnEndOfStream: false);
            var filled = held + got;
            var isEnd = filled < bytes.Length;
            var start = 0;
            if (offset == 0 && held == 0)
            {
                (encoded, start) = Detect(path, bytes.AsSpan(0, filled));
                format = FormatOf(bytes.AsSpan(0, filled));
            }

            if (encoded == Encoded.Utf8 && bytes.AsSpan(held, got).IndexOf((byte)0) is >= 0 and var nul)
            {
                throw NotText(path, format, offset + held + nul);
            }

            var status = Decode(encoded, bytes.AsSpan(start, filled - start), characters, isEnd, out var read, out var written);
            read += start;
            if (status == OperationStatus.InvalidData)
            {
                throw format is null ? Undecodable(path, encoded, offset + read) : NotText(path, format, offset + read);
            }

            if (encoded != Encoded.Utf8 && characters.AsSpan(0, written).IndexOf('\0') is >= 0 and var zero)
            {
                throw NotText(path, format, offset + start + (sizeof(char) * (long)zero));
            }

            advance(got);
            if (written > 0)
            {
                yield return characters.AsMemory(0, written);
            }

            if (isEnd)
            {
                yield break;
            }

            // The tail of the buffer may be the beginning of a character.
            held = filled - read;
            offset += read;
            bytes.AsSpan(read, held).CopyTo(bytes);
        }
    }

    private static (Encoded Encoded, int MarkBytes) Detect(string path, ReadOnlySpan<byte> start)
    {
        if (start.StartsWith(Encoding.UTF32.Preamble) || start.StartsWith<byte>([0, 0, 0xFE, 0xFF]))
        {
            throw new ModelGenException($"The file '{path}' is UTF-32; convert it to UTF-8.");
        }

        return start switch
        {
            [0xEF, 0xBB, 0xBF, ..] => (Encoded.Utf8, 3),
            [0xFF, 0xFE, ..] => (Encoded.LittleEndianUtf16, 2),
            [0xFE, 0xFF, ..] => (Encoded.BigEndianUtf16, 2),
            _ => (Encoded.Utf8, 0),
        };
    }

    private static OperationStatus Decode(
        Encoded encoded,
        ReadOnlySpan<byte> bytes,
        Span<char> characters,
        bool isEnd,
        out int read,
        out int written
    )
    {
        if (encoded == Encoded.Utf8)
        {
            return Utf8.ToUtf16(bytes, characters, out read, out written, replaceInvalidSequences: false, isFinalBlock: isEnd);
        }

        var units = MemoryMarshal.Cast<byte, char>(bytes);
        units.CopyTo(characters);
        if (encoded == Encoded.BigEndianUtf16 == BitConverter.IsLittleEndian)
        {
            var numbers = MemoryMarshal.Cast<char, ushort>(characters[..units.Length]);
            System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(numbers, numbers);
        }

        written = WholeCharacters(characters[..units.Length]);
        read = sizeof(char) * written;
        var rest = bytes.Length - read;
        var isTail = rest < sizeof(char) || (rest < 2 * sizeof(char) && char.IsHighSurrogate(characters[written]));
        return rest == 0 || (isTail && !isEnd) ? OperationStatus.Done : OperationStatus.InvalidData;
    }

    /// <summary>The number of code units before the first half of a surrogate pair without its other half.</summary>
    private static int WholeCharacters(ReadOnlySpan<char> units)
    {
        var position = 0;
        while (units[position..].IndexOfAnyInRange('\uD800', '\uDFFF') is >= 0 and var next)
        {
            position += next;
            if (position + 1 >= units.Length || !char.IsSurrogatePair(units[position], units[position + 1]))
            {
                return position;
            }

            position += 2;
        }

        return units.Length;
    }

    // Formats of files that are often among texts; a text may begin as they do, so that only what cannot be decoded is one of them.
    private static string? FormatOf(ReadOnlySpan<byte> start) =>
        ImageSignature.FormatOf(start[..Math.Min(start.Length, ImageSignature.Length)])
        ?? start switch
        {
            [(byte)'%', (byte)'P', (byte)'D', (byte)'F', (byte)'-', ..] => "PDF",
            [(byte)'P', (byte)'K', 3, 4, ..] => "ZIP",
            [0x1F, 0x8B, ..] => "gzip",
            [0x7F, (byte)'E', (byte)'L', (byte)'F', ..] => "ELF",
            [(byte)'O', (byte)'g', (byte)'g', (byte)'S', ..] => "Ogg",
            [(byte)'I', (byte)'D', (byte)'3', ..] => "MP3",
            _ => null,
        };

    // Where the format is not known, the byte is a NUL.
    private static ModelGenException NotText(string path, string? format, long offset)
    {
        var why = $"is not text: {(format is null ? $"byte {offset} is NUL" : $"it is a {format} file")}";
        return new ModelGenException($"The file '{path}' {why}; pass a text file, in UTF-8.") { Damage = why };
    }

    private static ModelGenException Undecodable(string path, Encoded encoded, long offset) =>
        new(
            $"The file '{path}' is not {(encoded == Encoded.Utf8 ? "UTF-8" : "UTF-16, as it begins")}: byte {offset} does not belong to "
                + "any character; convert the file to UTF-8."
        );
}
