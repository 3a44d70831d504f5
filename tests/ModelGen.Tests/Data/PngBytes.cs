using System.Buffers.Binary;
using System.IO.Compression;

namespace ModelGen.Tests.Data;

/// <summary>PNG files written by hand, wrong ones included.</summary>
internal static class PngBytes
{
    public const int Grey = 0;
    public const int Colour = 2;
    public const int Palette = 3;
    public const int GreyAlpha = 4;
    public const int ColourAlpha = 6;

    /// <summary>A file with these rows, each without its filter byte; more chunks come before the pixels.</summary>
    public static byte[] Of(
        (int Width, int Height) size,
        int depth,
        int kind,
        IEnumerable<byte[]> rows,
        bool isInterlaced = false,
        params IEnumerable<(string Type, byte[] Data)> chunks
    )
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, size.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), size.Height);
        (header[8], header[9], header[12]) = ((byte)depth, (byte)kind, isInterlaced ? (byte)1 : (byte)0);
        Write(file, "IHDR", header);
        foreach (var (type, data) in chunks)
        {
            Write(file, type, data);
        }

        Write(file, "IDAT", Packed([.. rows.SelectMany(static row => (byte[])[0, .. row])]));
        Write(file, "IEND", []);
        return file.ToArray();
    }

    public static byte[] Packed(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var stream = new ZLibStream(packed, CompressionLevel.Optimal))
        {
            stream.Write(bytes);
        }

        return packed.ToArray();
    }

    private static void Write(MemoryStream file, string type, byte[] data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        byte[] checkedPart = [.. System.Text.Encoding.ASCII.GetBytes(type), .. data];
        file.Write(checkedPart);
        BinaryPrimitives.WriteUInt32BigEndian(number, Checksum(checkedPart));
        file.Write(number);
    }

    /// <summary>CRC-32 of the PNG specification, bit by bit.</summary>
    private static uint Checksum(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }
}
