using System.Buffers.Binary;
using System.Text.Json;

namespace ModelGen.Checkpoints;

/// <summary>
/// The header of a safetensors file: JSON with the type, shape and byte range of each tensor, and strings under <c>__metadata__</c>. Its
/// length precedes it as eight little-endian bytes.
/// </summary>
/// <remarks>The format is specified by the huggingface/safetensors project; any of its readers can read these files.</remarks>
internal sealed class SafetensorsHeader
{
    /// <summary>The number of bytes before the header that hold its length.</summary>
    public const int LengthBytes = 8;

    private const long LargestHeader = 100_000_000;
    private const string MetadataName = SafetensorsHeaderParser.MetadataName;

    private static readonly (string Name, SafetensorsType Type, int Bytes)[] Types =
    [
        ("F64", SafetensorsType.Float64, 8),
        ("I64", SafetensorsType.Int64, 8),
        ("F32", SafetensorsType.Float32, 4),
        ("I32", SafetensorsType.Int32, 4),
        ("F16", SafetensorsType.Float16, 2),
        ("BF16", SafetensorsType.BFloat16, 2),
        ("I16", SafetensorsType.Int16, 2),
        ("I8", SafetensorsType.Int8, 1),
        ("U8", SafetensorsType.Byte, 1),
        ("BOOL", SafetensorsType.Bool, 1),
    ];

    private SafetensorsHeader(
        byte[] bytes,
        IReadOnlyDictionary<string, SafetensorsEntry> entries,
        IReadOnlyDictionary<string, string> metadata
    )
    {
        Bytes = bytes;
        Entries = entries;
        Metadata = metadata;
    }

    /// <summary>The header as stored in the file, without its length.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Entries { get; }

    /// <summary>The strings stored alongside the tensors.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The offset of the tensor data in the file.</summary>
    public long DataStart => LengthBytes + Bytes.Length;

    /// <summary>The bytes that precede the header and hold its length.</summary>
    public byte[] Length
    {
        get
        {
            var length = new byte[LengthBytes];
            BinaryPrimitives.WriteInt64LittleEndian(length, Bytes.Length);
            return length;
        }
    }

    /// <summary>
    /// Composes the header of a new file; the tensors' bytes must follow it in the order of
    /// <see cref="SafetensorsEntry.Begin"/>.
    /// </summary>
    /// <param name="tensors">The tensors.</param>
    /// <param name="metadata">The strings to store alongside them.</param>
    /// <returns>The header.</returns>
    /// <exception cref="ArgumentException">A tensor is named <c>__metadata__</c>.</exception>
    public static SafetensorsHeader Of(
        IEnumerable<(string Name, SafetensorsType Type, IReadOnlyList<long> Shape)> tensors,
        IReadOnlyDictionary<string, string> metadata
    )
    {
        // Wider types first, so that every tensor is aligned to its element size; then by name, so that equal content gives equal bytes.
        var ordered = tensors
            .OrderByDescending(static tensor => BytesOf(tensor.Type))
            .ThenBy(static tensor => tensor.Name, StringComparer.Ordinal);
        var entries = new Dictionary<string, SafetensorsEntry>(StringComparer.Ordinal);
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            if (metadata.Count > 0)
            {
                writer.WriteStartObject(MetadataName);
                foreach (var (key, value) in metadata.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
                {
                    writer.WriteString(key, value);
                }

                writer.WriteEndObject();
            }

            long offset = 0;
            foreach (var (name, type, shape) in ordered)
            {
                if (name == MetadataName)
                {
                    throw new ArgumentException($"No tensor can be named '{MetadataName}' in a safetensors file.");
                }

                var entry = new SafetensorsEntry(type, shape, offset, offset + SizeOf(type, shape));
                entries.Add(name, entry);
                writer.WriteStartObject(name);
                writer.WriteString("dtype", Types.Single(known => known.Type == type).Name);
                writer.WriteStartArray("shape");
                foreach (var size in shape)
                {
                    writer.WriteNumberValue(size);
                }

                writer.WriteEndArray();
                writer.WriteStartArray("data_offsets");
                writer.WriteNumberValue(entry.Begin);
                writer.WriteNumberValue(entry.End);
                writer.WriteEndArray();
                writer.WriteEndObject();
                offset = entry.End;
            }

            writer.WriteEndObject();
        }

        // Spaces after the JSON align the tensors to eight bytes in the file.
        while (buffer.Length % 8 != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        return new SafetensorsHeader(buffer.ToArray(), entries, metadata);
    }

    /// <summary>Reads and checks a file's header.</summary>
    /// <param name="stream">The file, positioned at its start; afterwards at the first tensor.</param>
    /// <param name="file">What messages call the file.</param>
    /// <returns>The header.</returns>
    /// <exception cref="ModelGenException">The file is truncated, or is not a safetensors file.</exception>
    public static SafetensorsHeader Read(Stream stream, string file)
    {
        var length = ReadLength(stream, file);
        try
        {
            var (bytes, entries, metadata) = new SafetensorsHeaderParser(stream, length).Parse();
            CheckOffsets(file, entries, stream.Length - stream.Position);
            return new SafetensorsHeader(bytes, entries, metadata);
        }
        catch (InvalidDataException exception)
        {
            throw Damaged(file, exception.Message, exception);
        }
    }

    internal static int BytesOf(SafetensorsType type) => Types.Single(known => known.Type == type).Bytes;

    /// <summary>The type that a header calls by a name; null if there is none.</summary>
    internal static SafetensorsType? TypeOf(string name) =>
        Array.FindIndex(Types, known => known.Name == name) is >= 0 and var found ? Types[found].Type : null;

    /// <summary>The names of all types in headers.</summary>
    internal static string TypeNames { get; } = string.Join(", ", Types.Select(static type => type.Name));

    private static long SizeOf(SafetensorsType type, IReadOnlyList<long> shape) =>
        shape.Aggregate((long)BytesOf(type), static (product, size) => checked(product * size));

    private static int ReadLength(Stream stream, string file)
    {
        Span<byte> lengthBytes = stackalloc byte[LengthBytes];
        if (stream.ReadAtLeast(lengthBytes, LengthBytes, throwOnEndOfStream: false) < LengthBytes)
        {
            throw Damaged(file, $"it ends after {stream.Length} bytes, before its header");
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(lengthBytes);
        if (length > LargestHeader)
        {
            throw Damaged(file, $"its first eight bytes give a header of {length} bytes, over the limit of {LargestHeader}");
        }

        return length <= (ulong)(stream.Length - LengthBytes)
            ? (int)length
            : throw Damaged(file, $"its header should be {length} bytes long, but the file ends after {stream.Length} bytes");
    }

    /// <summary>Checks that the tensors cover the rest of the file without gaps or overlaps.</summary>
    private static void CheckOffsets(string file, Dictionary<string, SafetensorsEntry> entries, long held)
    {
        long expected = 0;
        foreach (var (name, entry) in entries.OrderBy(static pair => pair.Value.Begin).ThenBy(static pair => pair.Value.End))
        {
            if (entry.Begin != expected)
            {
                throw Damaged(file, $"its tensor '{name}' begins at offset {entry.Begin}, where {expected} was expected");
            }

            expected = entry.End;
        }

        if (held != expected)
        {
            throw Damaged(file, $"its tensors need {expected} bytes, but {held} follow the header");
        }
    }

    private static ModelGenException Damaged(string file, string why, Exception? inner = null)
    {
        var message = $"{file} is not a safetensors file, or is damaged: {why}; use another copy of the file.";
        return inner is null ? new ModelGenException(message) { Damage = why } : new ModelGenException(message, inner) { Damage = why };
    }
}
