using System.Buffers.Binary;
using System.Text;

namespace ModelGen.Tests.Runs;

/// <summary>
/// Reads TensorBoard's files by their published format alone: records with CRC-32C (RFC 3720), and the fields of the messages by number.
/// </summary>
internal static class EventReader
{
    private const int SessionStart = 1;

    /// <summary>What a reader shows of some files: each value with its step, what a restart takes back left out.</summary>
    public static IReadOnlyList<Value> Shown(string folder)
    {
        var shown = new List<Value>();
        foreach (var file in Directory.GetFiles(folder, "*.tfevents.*").Order(StringComparer.Ordinal))
        {
            var messages = Records(File.ReadAllBytes(file)).Select(Fields).ToList();
            Assert.Equal("brain.Event:2", Encoding.UTF8.GetString(messages[0].Single(static field => field.Number == 3).Bytes));
            foreach (var message in messages)
            {
                var time = BitConverter.UInt64BitsToDouble(message.Single(static field => field.Number == 1).Number64);
                Assert.InRange(DateTime.UnixEpoch.AddSeconds(time), DateTime.UtcNow.AddMinutes(-10), DateTime.UtcNow.AddMinutes(1));
                var step = (long)message.SingleOrDefault(static field => field.Number == 2).Number64;
                if (message.Any(static field => field.Number == 7))
                {
                    var session = Fields(message.Single(static field => field.Number == 7).Bytes);
                    Assert.Equal(SessionStart, (int)session.Single(static field => field.Number == 1).Number64);
                    shown.RemoveAll(value => value.Step >= step);
                }

                foreach (var summary in message.Where(static field => field.Number == 5))
                {
                    shown.AddRange(Fields(summary.Bytes).Select(field => ValueOf(step, time, Fields(field.Bytes))));
                }
            }
        }

        return shown;
    }

    /// <summary>The messages of a file, whose checksums are checked.</summary>
    public static IEnumerable<byte[]> Records(byte[] file)
    {
        var place = 0;
        while (place < file.Length)
        {
            var size = (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(place));
            Assert.Equal(Masked(file.AsSpan(place, 8)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(place + 8)));
            var message = file.AsSpan(place + 12, size).ToArray();
            Assert.Equal(Masked(message), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(place + 12 + size)));
            place += 16 + size;
            yield return message;
        }
    }

    /// <summary>The CRC-32C, bit by bit: the reflected polynomial is 82F63B78.</summary>
    public static uint Checksum(ReadOnlySpan<byte> content)
    {
        var crc = 0xffffffffu;
        foreach (var value in content)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82f63b78 : crc >> 1;
            }
        }

        return crc ^ 0xffffffff;
    }

    private static uint Masked(ReadOnlySpan<byte> content)
    {
        var crc = Checksum(content);
        return unchecked(((crc >> 15) | (crc << 17)) + 0xa282ead8u);
    }

    private static Value ValueOf(long step, double time, List<Field> fields)
    {
        var value = new Value(step, time, Encoding.UTF8.GetString(fields.Single(static field => field.Number == 1).Bytes));
        foreach (var field in fields)
        {
            value = field.Number switch
            {
                2 => value with { Scalar = BitConverter.UInt32BitsToSingle((uint)field.Number64) },
                4 => value with { Image = Fields(field.Bytes) },
                8 => value with { Text = TextOf(Fields(field.Bytes)) },
                9 => value with { Plugin = Encoding.UTF8.GetString(Fields(Fields(field.Bytes).Single().Bytes).Single().Bytes) },
                _ => value,
            };
        }

        return value;
    }

    private static string TextOf(List<Field> tensor)
    {
        Assert.Equal(7ul, tensor.Single(static field => field.Number == 1).Number64); // DT_STRING
        return Encoding.UTF8.GetString(tensor.Single(static field => field.Number == 8).Bytes);
    }

    private static List<Field> Fields(byte[] message)
    {
        var fields = new List<Field>();
        var place = 0;
        while (place < message.Length)
        {
            var key = Varint(message, ref place);
            var number = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    fields.Add(new Field(number, Varint(message, ref place), []));
                    break;
                case 1:
                    fields.Add(new Field(number, BinaryPrimitives.ReadUInt64LittleEndian(message.AsSpan(place)), []));
                    place += 8;
                    break;
                case 2:
                    var length = (int)Varint(message, ref place);
                    fields.Add(new Field(number, 0, message[place..(place + length)]));
                    place += length;
                    break;
                default:
                    fields.Add(new Field(number, BinaryPrimitives.ReadUInt32LittleEndian(message.AsSpan(place)), []));
                    place += 4;
                    break;
            }
        }

        return fields;
    }

    private static ulong Varint(byte[] message, ref int place)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[place++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }

    /// <summary>A field of a message: its number, and a number or bytes.</summary>
    internal readonly record struct Field(int Number, ulong Number64, byte[] Bytes);

    /// <summary>One thing that is shown.</summary>
    internal sealed record Value(long Step, double Time, string Tag)
    {
        public float? Scalar { get; init; }

        public List<Field>? Image { get; init; }

        public string? Text { get; init; }

        public string? Plugin { get; init; }
    }
}
