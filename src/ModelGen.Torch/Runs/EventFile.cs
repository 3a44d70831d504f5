using System.Buffers.Binary;
using System.Numerics;
using Google.Protobuf;
using Tensorboard;

namespace ModelGen.Runs;

/// <summary>
/// TensorBoard's events in a file of records (TensorFlow's TFRecord). Each record holds the length of its message as 64 bits, the masked
/// CRC-32C of the length, the message, and the masked CRC-32C of the message, all little-endian.
/// </summary>
/// <remarks>
/// The messages are TorchSharp's. Its <c>SummaryWriter</c> is no use here: it timestamps events in ticks or with 0 where TensorBoard
/// expects seconds, can neither restart nor read, and has 32-bit steps.
/// </remarks>
internal static class EventFile
{
    private const int HeaderSize = sizeof(long) + sizeof(uint);

    /// <summary>An event as a record.</summary>
    public static byte[] Record(Event happened)
    {
        var message = happened.ToByteArray();
        var record = new byte[HeaderSize + message.Length + sizeof(uint)];
        BinaryPrimitives.WriteInt64LittleEndian(record, message.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(sizeof(long)), MaskedChecksum(record.AsSpan(0, sizeof(long))));
        message.CopyTo(record.AsSpan(HeaderSize));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(HeaderSize + message.Length), MaskedChecksum(message));
        return record;
    }

    /// <summary>The events of a file, up to the first record that a crash has truncated or that is damaged.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IEnumerable<Event> Read(string path)
    {
        using var stream = File.OpenRead(path);
        var header = new byte[HeaderSize];
        while (
            stream.ReadAtLeast(header, HeaderSize, throwOnEndOfStream: false) == HeaderSize
            && IsWhole(header.AsSpan(0, sizeof(long)), header.AsSpan(sizeof(long)))
        )
        {
            var size = BinaryPrimitives.ReadInt64LittleEndian(header);
            if (size < 0 || size > stream.Length - stream.Position - sizeof(uint))
            {
                yield break;
            }

            var rest = new byte[size + sizeof(uint)];
            stream.ReadExactly(rest);
            if (!IsWhole(rest.AsSpan(0, (int)size), rest.AsSpan((int)size)))
            {
                yield break;
            }

            yield return Event.Parser.ParseFrom(rest, 0, (int)size);
        }
    }

    private static bool IsWhole(ReadOnlySpan<byte> content, ReadOnlySpan<byte> checksum) =>
        BinaryPrimitives.ReadUInt32LittleEndian(checksum) == MaskedChecksum(content);

    /// <summary>TensorFlow rotates and offsets the checksum, since a checksum over data that contain checksums is weak.</summary>
    private static uint MaskedChecksum(ReadOnlySpan<byte> content)
    {
        var crc = uint.MaxValue;
        for (; content.Length >= sizeof(ulong); content = content[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(content));
        }

        foreach (var value in content)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return BitOperations.RotateRight(~crc, 15) + 0xa282ead8;
    }
}
