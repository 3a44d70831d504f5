using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ModelGen.Files;
using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Checkpoints;

/// <summary>
/// A file of named tensors in the safetensors format: eight bytes with the length of a header (little endian), the header as JSON
/// (name → type, shape, offsets; strings under <c>__metadata__</c>), and the tensors' bytes one after another. Everything in the header is
/// checked when the file is opened, so that reading cannot go wrong on a damaged file; loading one runs no code.
/// </summary>
/// <remarks>The format is described by the huggingface/safetensors project; any of its readers reads these files.</remarks>
public sealed class Safetensors : IDisposable
{
    private const int LengthBytes = 8;
    private const long LargestHeader = 100_000_000;
    private const string MetadataName = "__metadata__";

    // What is copied at once: tensors may be larger than a span can be.
    private const long ChunkElements = 1 << 22;

    private static readonly (string Name, ScalarType Type, int Bytes)[] Types =
    [
        ("F64", ScalarType.Float64, 8),
        ("I64", ScalarType.Int64, 8),
        ("F32", ScalarType.Float32, 4),
        ("I32", ScalarType.Int32, 4),
        ("F16", ScalarType.Float16, 2),
        ("BF16", ScalarType.BFloat16, 2),
        ("I16", ScalarType.Int16, 2),
        ("I8", ScalarType.Int8, 1),
        ("U8", ScalarType.Byte, 1),
        ("BOOL", ScalarType.Bool, 1),
    ];

    private const string AnyFile = "file";

    private readonly FileStream _stream;
    private readonly string _what;
    private readonly byte[] _header;
    private readonly long _dataStart;

    private Safetensors(FileStream stream, string what)
    {
        _stream = stream;
        _what = what;
        Path = stream.Name;
        _header = ReadHeader();
        _dataStart = LengthBytes + _header.Length;
        (Entries, Metadata) = Parse(_header);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The strings stored beside the tensors.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Entries { get; }

    /// <summary>Opens a file and checks its header.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The file, open for reading until disposed.</returns>
    /// <exception cref="ModelGenException">The file is missing, cannot be read, is cut off, or is no safetensors file.</exception>
    public static Safetensors Open(string path) => Open(path, AnyFile);

    /// <summary>Opens a file and checks its header.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it is, in messages: "checkpoint".</param>
    internal static Safetensors Open(string path, string what)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Libtorch.Load();
        FileStream? stream = null;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            return new Safetensors(stream, what);
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
                exception is FileNotFoundException or DirectoryNotFoundException ? $"The {what} '{path}' does not exist." : $"Cannot read the {what} '{path}': {exception.Message}",
                exception);
        }
    }

    /// <summary>Writes a file atomically: until it is whole and on the disk, an earlier file of the same name stays as it is.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">The tensors by name, on any device.</param>
    /// <param name="metadata">Strings to store beside them.</param>
    /// <exception cref="ModelGenException">The file cannot be written, because the disk is full for example.</exception>
    /// <exception cref="ArgumentException">A tensor has a type that the format lacks, or is named <c>__metadata__</c>.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata) =>
        Write(path, tensors, metadata, AnyFile);

    /// <summary>Writes a file of some kind.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">The tensors by name, on any device.</param>
    /// <param name="metadata">Strings to store beside them.</param>
    /// <param name="what">What it is, in messages: "classifier".</param>
    internal static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata, string what) =>
        Write(path, tensors, metadata, what, hash: null);

    /// <summary>Writes a file that holds its own hash, see <see cref="ContentHash"/>.</summary>
    internal static void WriteHashed(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata, string what)
    {
        using var hash = new ContentHash();
        Write(path, tensors, new Dictionary<string, string>(metadata, StringComparer.Ordinal) { [ContentHash.Key] = ContentHash.Blank }, what, hash);
    }

    private static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata, string what, ContentHash? hash)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(metadata);

        // Wider types first, so that every tensor starts at a multiple of its element's size; then by name, so that equal content gives equal bytes.
        var ordered = tensors
            .Select(static pair => (Name: pair.Key, Tensor: pair.Value, Type: TypeOf(pair.Key, pair.Value)))
            .OrderByDescending(static tensor => tensor.Type.Bytes)
            .ThenBy(static tensor => tensor.Name, StringComparer.Ordinal)
            .ToArray();
        AtomicFile.Write(path, $"the {what}", stream =>
        {
            var header = Header(ordered, metadata);
            Span<byte> length = stackalloc byte[LengthBytes];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            Add(length);
            Add(header);
            foreach (var (_, tensor, _) in ordered)
            {
                using var scope = NewDisposeScope();
                var flat = tensor.detach().cpu().contiguous().view(-1);
                var count = flat.numel();
                for (long start = 0; start < count; start += ChunkElements)
                {
                    using var chunk = flat.narrow(0, start, Math.Min(ChunkElements, count - start));
                    Add(chunk.bytes);
                }
            }

            if (hash is not null)
            {
                stream.Position = LengthBytes + ContentHash.Find(header);
                stream.Write(Encoding.ASCII.GetBytes(hash.Finish()));
            }

            void Add(ReadOnlySpan<byte> bytes)
            {
                stream.Write(bytes);
                hash?.Add(bytes);
            }
        });
    }

    /// <summary>Reads one tensor.</summary>
    /// <param name="name">A name out of <see cref="Entries"/>.</param>
    /// <returns>A new tensor on the CPU.</returns>
    /// <exception cref="ModelGenException">The file has no such tensor, or the disk fails.</exception>
    public Tensor Read(string name)
    {
        var entry = Find(name);
        var tensor = empty([.. entry.Shape], dtype: entry.Type);
        Fill(tensor, entry);
        return tensor;
    }

    /// <summary>Reads one tensor into another of the same shape and type, on any device.</summary>
    /// <param name="name">A name out of <see cref="Entries"/>.</param>
    /// <param name="target">Where to; a parameter may be passed.</param>
    /// <exception cref="ModelGenException">The file has no such tensor, it differs in shape or type, or the disk fails.</exception>
    public void ReadInto(string name, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(target);
        var entry = Find(name);
        if (entry.Type != target.dtype || !entry.Shape.SequenceEqual(target.shape))
            throw new ModelGenException($"The tensor '{name}' in '{Path}' is {entry}, not {SafetensorsEntry.Describe(target.dtype, target.shape)}.");
        if (target.device_type == DeviceType.CPU && target.is_contiguous())
        {
            Fill(target, entry);
            return;
        }

        using var noGrad = no_grad();
        using var read = Read(name);
        target.copy_(read);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _stream.Dispose();

    /// <summary>Reads the whole file and compares it with the hash that it holds.</summary>
    /// <exception cref="ModelGenException">The two differ, or the file holds no hash.</exception>
    internal void CheckHash()
    {
        if (!Metadata.TryGetValue(ContentHash.Key, out var expected) || expected.Length != ContentHash.Digits || ContentHash.Find(_header) < 0)
            throw Changed("it does not hold the hash of its content");
        using var hash = new ContentHash();
        Span<byte> length = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteInt64LittleEndian(length, _header.Length);
        hash.Add(length);
        var header = _header.AsSpan().ToArray();
        ContentHash.Clear(header);
        hash.Add(header);
        var buffer = new byte[1 << 20];
        Reading(() =>
        {
            _stream.Position = _dataStart;
            while (_stream.Read(buffer) is > 0 and var count)
                hash.Add(buffer.AsSpan(0, count));
        });
        if (hash.Finish() is var found && found != expected)
            throw Changed($"its content has the SHA-256 {found[..8]}…, but {expected[..8]}… was saved");
    }

    /// <summary>Whether a tensor has the type, the shape and the very bytes of a tensor in the file.</summary>
    internal bool Holds(string name, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var entry = Find(name);
        if (entry.Type != tensor.dtype || !entry.Shape.SequenceEqual(tensor.shape))
            return false;
        var saved = Read(name).view(-1);
        var here = tensor.detach().cpu().contiguous().view(-1);
        for (long start = 0; start < saved.numel(); start += ChunkElements)
        {
            var count = Math.Min(ChunkElements, saved.numel() - start);
            using var savedChunk = saved.narrow(0, start, count);
            using var chunk = here.narrow(0, start, count);
            if (!savedChunk.bytes.SequenceEqual(chunk.bytes))
                return false;
        }

        return true;
    }

    private static (string Name, ScalarType Type, int Bytes) TypeOf(string name, Tensor tensor)
    {
        if (name == MetadataName)
            throw new ArgumentException($"No tensor can be named '{MetadataName}' in a safetensors file.");
        var type = tensor.dtype;
        var found = Array.FindIndex(Types, known => known.Type == type);
        return found >= 0 ? Types[found] : throw new ArgumentException($"The tensor '{name}' has the type {type}, which a safetensors file cannot hold.");
    }

    private static byte[] Header((string Name, Tensor Tensor, (string Name, ScalarType Type, int Bytes) Type)[] tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            if (metadata.Count > 0)
            {
                writer.WriteStartObject(MetadataName);
                foreach (var (key, value) in metadata.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
                    writer.WriteString(key, value);
                writer.WriteEndObject();
            }

            long offset = 0;
            foreach (var (name, tensor, type) in tensors)
            {
                writer.WriteStartObject(name);
                writer.WriteString("dtype", type.Name);
                writer.WriteStartArray("shape");
                foreach (var size in tensor.shape)
                    writer.WriteNumberValue(size);
                writer.WriteEndArray();
                writer.WriteStartArray("data_offsets");
                writer.WriteNumberValue(offset);
                offset += tensor.numel() * type.Bytes;
                writer.WriteNumberValue(offset);
                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        // Spaces after the JSON keep the tensors aligned to eight bytes in the file.
        while (buffer.Length % 8 != 0)
            buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    private byte[] ReadHeader()
    {
        Span<byte> lengthBytes = stackalloc byte[LengthBytes];
        if (_stream.ReadAtLeast(lengthBytes, LengthBytes, throwOnEndOfStream: false) < LengthBytes)
            throw Damaged($"it ends after {_stream.Length} bytes, before its header");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(lengthBytes);
        if (length > LargestHeader)
            throw Damaged($"its first eight bytes give a header of {length} bytes, and none is larger than {LargestHeader}");
        if (length > (ulong)(_stream.Length - LengthBytes))
            throw Damaged($"its header should be {length} bytes long, but the file ends after {_stream.Length} bytes");
        var header = new byte[length];
        _stream.ReadExactly(header);
        return header;
    }

    private (Dictionary<string, SafetensorsEntry> Entries, Dictionary<string, string> Metadata) Parse(byte[] header)
    {
        if (header.Length == 0 || header[0] != (byte)'{')
            throw Damaged("its header does not begin with '{'");
        try
        {
            using var document = JsonDocument.Parse(header, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
            var entries = new Dictionary<string, SafetensorsEntry>(StringComparer.Ordinal);
            var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Name != MetadataName)
                {
                    entries.Add(property.Name, ParseEntry(property.Name, property.Value));
                    continue;
                }

                foreach (var pair in property.Value.EnumerateObject())
                    metadata.Add(pair.Name, pair.Value.GetString() ?? throw Damaged($"its metadata '{pair.Name}' is no text"));
            }

            CheckOffsets(entries);
            return (entries, metadata);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException or KeyNotFoundException or OverflowException)
        {
            throw Damaged($"its header is wrong: {exception.Message.TrimEnd('.')}", exception);
        }
    }

    private SafetensorsEntry ParseEntry(string name, JsonElement element)
    {
        var typeName = element.GetProperty("dtype").GetString();
        var found = Array.FindIndex(Types, known => known.Name == typeName);
        if (found < 0)
            throw Damaged($"its tensor '{name}' has the type '{typeName}', and the known ones are {string.Join(", ", Types.Select(static type => type.Name))}");
        var shape = element.GetProperty("shape").EnumerateArray().Select(static size => size.GetInt64()).ToArray();
        var offsets = element.GetProperty("data_offsets").EnumerateArray().Select(static offset => offset.GetInt64()).ToArray();
        if (offsets.Length != 2)
            throw Damaged($"its tensor '{name}' has {offsets.Length} data offsets instead of 2");
        if (shape.Any(static size => size < 0))
            throw Damaged($"its tensor '{name}' has a negative size");
        var bytes = shape.Aggregate((long)Types[found].Bytes, static (product, size) => checked(product * size));
        if (offsets[0] < 0 || offsets[1] < offsets[0] || offsets[1] - offsets[0] != bytes)
            throw Damaged(string.Create(CultureInfo.InvariantCulture, $"its tensor '{name}' needs {bytes} bytes, but its offsets are {offsets[0]} and {offsets[1]}"));
        return new SafetensorsEntry(Types[found].Type, shape, offsets[0], offsets[1]);
    }

    /// <summary>The tensors must cover the rest of the file, without a gap and without sharing a byte.</summary>
    private void CheckOffsets(Dictionary<string, SafetensorsEntry> entries)
    {
        long expected = 0;
        foreach (var (name, entry) in entries.OrderBy(static pair => pair.Value.Begin).ThenBy(static pair => pair.Value.End))
        {
            if (entry.Begin != expected)
                throw Damaged($"its tensor '{name}' begins at offset {entry.Begin}, where {expected} was expected");
            expected = entry.End;
        }

        var held = _stream.Length - _stream.Position;
        if (held != expected)
            throw Damaged($"its tensors take {expected} bytes, but {held} follow the header");
    }

    private SafetensorsEntry Find(string name) =>
        Entries.TryGetValue(name, out var entry) ? entry : throw new ModelGenException($"'{Path}' has no tensor '{name}'.");

    private void Fill(Tensor tensor, SafetensorsEntry entry)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var flat = tensor.detach().view(-1);
        var count = flat.numel();
        Reading(() =>
        {
            _stream.Position = _dataStart + entry.Begin;
            for (long start = 0; start < count; start += ChunkElements)
            {
                using var chunk = flat.narrow(0, start, Math.Min(ChunkElements, count - start));
                _stream.ReadExactly(chunk.bytes);
            }
        });
    }

    private void Reading(Action read)
    {
        try
        {
            read();
        }
        catch (IOException exception)
        {
            throw new ModelGenException($"Cannot read the {_what} '{Path}': {exception.Message}", exception);
        }
    }

    private ModelGenException Changed(string why) => new($"The {_what} '{Path}' is damaged: {why}; use another copy of the file.") { Damage = why };

    private ModelGenException Damaged(string why, Exception? inner = null)
    {
        var message = $"The {_what} '{Path}' is no safetensors file, or a damaged one: {why}; use another copy of the file.";
        return inner is null ? new ModelGenException(message) { Damage = why } : new ModelGenException(message, inner) { Damage = why };
    }
}
