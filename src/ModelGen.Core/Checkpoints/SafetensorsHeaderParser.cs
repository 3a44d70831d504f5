using System.Globalization;
using System.Text.Json;

namespace ModelGen.Checkpoints;

/// <summary>
/// Parses the header of a safetensors file while it is read, so that a file of another kind costs no more than its first bytes, whatever
/// length it claims for its header.
/// </summary>
/// <param name="stream">The file, positioned at the header.</param>
/// <param name="length">The header's length; the file is at least that long.</param>
internal sealed class SafetensorsHeaderParser(Stream stream, int length)
{
    /// <summary>The name under which a header has its metadata.</summary>
    public const string MetadataName = "__metadata__";

    // The largest models have some 90,000 tensors; libtorch computes with no more than 64 dimensions.
    private const int MostTensors = 100_000;
    private const int MostDimensions = 64;
    private const int FirstRead = 1 << 16;

    private readonly Dictionary<string, SafetensorsEntry> _entries = new(StringComparer.Ordinal);
    private Dictionary<string, string>? _metadata;
    private byte[] _bytes = [];
    private int _filled;
    private int _consumed;

    /// <summary>Reads the header and parses it.</summary>
    /// <returns>Its bytes, the tensors and the metadata.</returns>
    /// <exception cref="InvalidDataException">It is wrong; the message says how, as part of a sentence.</exception>
    public (byte[] Bytes, Dictionary<string, SafetensorsEntry> Entries, Dictionary<string, string> Metadata) Parse()
    {
        ReadMore();
        if (_filled == 0 || _bytes[0] != (byte)'{')
        {
            throw new InvalidDataException("its header does not begin with '{'");
        }

        try
        {
            var reader = new Utf8JsonReader(_bytes.AsSpan(0, _filled), _filled == length, new(new JsonReaderOptions { MaxDepth = 8 }));
            Next(ref reader);
            while (NextName(ref reader) is { } name)
            {
                Next(ref reader);
                if (name == MetadataName)
                {
                    _metadata = _metadata is null ? Metadata(ref reader) : throw Twice($"'{MetadataName}'");
                }
                else if (_entries.Count == MostTensors)
                {
                    throw new InvalidDataException($"it has more than {MostTensors} tensors");
                }
                else if (!_entries.TryAdd(name, Entry(ref reader, name)))
                {
                    throw Twice($"the tensor '{name}'");
                }
            }

            while (Advance(ref reader)) { }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            // The reader throws the second for a string that is not UTF-8.
            throw Wrong(exception.Message.TrimEnd('.'), exception);
        }

        return (_bytes, _entries, _metadata ?? new Dictionary<string, string>(StringComparer.Ordinal));
    }

    private Dictionary<string, string> Metadata(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Wrong($"'{MetadataName}' is not an object");
        }

        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        while (NextName(ref reader) is { } name)
        {
            Next(ref reader);
            if (reader.TokenType != JsonTokenType.String)
            {
                throw Wrong($"its metadata '{name}' is not a string");
            }

            if (!metadata.TryAdd(name, reader.GetString()!))
            {
                throw Twice($"the metadata '{name}'");
            }
        }

        return metadata;
    }

    private SafetensorsEntry Entry(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Wrong($"its tensor '{name}' is not an object");
        }

        SafetensorsType? type = null;
        long[]? shape = null,
            offsets = null;
        while (true)
        {
            Next(ref reader);
            if (reader.TokenType == JsonTokenType.EndObject)
            {
                break;
            }

            if (reader.ValueTextEquals("dtype"u8))
            {
                CheckFirst(type is null, "dtype");
                Next(ref reader);
                if (reader.TokenType != JsonTokenType.String)
                {
                    throw Wrong($"the type of its tensor '{name}' is not a string");
                }

                type = TypeOf(name, reader.GetString()!);
            }
            else if (reader.ValueTextEquals("shape"u8))
            {
                CheckFirst(shape is null, "shape");
                shape = Numbers(ref reader, name, "dimensions");
            }
            else if (reader.ValueTextEquals("data_offsets"u8))
            {
                CheckFirst(offsets is null, "data_offsets");
                offsets = Numbers(ref reader, name, "data offsets");
            }
            else
            {
                Skip(ref reader);
            }
        }

        return type is { } known && shape is not null && offsets is not null
            ? Checked(name, known, shape, offsets)
            : throw Wrong($"its tensor '{name}' lacks {(type is null ? "'dtype'" : shape is null ? "'shape'" : "'data_offsets'")}");

        void CheckFirst(bool isFirst, string key)
        {
            if (!isFirst)
            {
                throw Twice($"the '{key}' of its tensor '{name}'");
            }
        }
    }

    private static SafetensorsEntry Checked(string name, SafetensorsType type, long[] shape, long[] offsets)
    {
        if (offsets.Length != 2)
        {
            throw new InvalidDataException($"its tensor '{name}' has {offsets.Length} data offsets instead of 2");
        }

        if (Array.Exists(shape, static size => size < 0))
        {
            throw new InvalidDataException($"its tensor '{name}' has a negative size");
        }

        // An empty dimension does not make the others possible.
        var bytes = (UInt128)SafetensorsHeader.BytesOf(type);
        foreach (var size in shape)
        {
            bytes *= (ulong)Math.Max(1, size);
            if (bytes > long.MaxValue)
            {
                throw Wrong($"its tensor '{name}' [{string.Join(", ", shape)}] has more elements than any file can hold");
            }
        }

        bytes = shape.Contains(0) ? 0 : bytes;
        return offsets[0] >= 0 && offsets[1] >= offsets[0] && (UInt128)(offsets[1] - offsets[0]) == bytes
            ? new SafetensorsEntry(type, shape, offsets[0], offsets[1])
            : throw new InvalidDataException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"its tensor '{name}' needs {bytes} bytes, but its offsets are {offsets[0]} and {offsets[1]}"
                )
            );
    }

    private static SafetensorsType TypeOf(string tensor, string name) =>
        SafetensorsHeader.TypeOf(name)
        ?? throw new InvalidDataException(
            $"its tensor '{tensor}' has the unknown type '{name}' instead of one of {SafetensorsHeader.TypeNames}"
        );

    private long[] Numbers(ref Utf8JsonReader reader, string tensor, string what)
    {
        Next(ref reader);
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Wrong($"the {what} of its tensor '{tensor}' are not a list");
        }

        Span<long> numbers = stackalloc long[MostDimensions];
        for (var count = 0; ; count++)
        {
            Next(ref reader);
            if (reader.TokenType == JsonTokenType.EndArray)
            {
                return numbers[..count].ToArray();
            }

            if (reader.TokenType != JsonTokenType.Number)
            {
                throw Wrong($"the {what} of its tensor '{tensor}' are not numbers");
            }

            if (count == MostDimensions)
            {
                throw new InvalidDataException($"its tensor '{tensor}' has more than {MostDimensions} {what}");
            }

            numbers[count] = reader.GetInt64();
        }
    }

    /// <summary>The name of the next property; null at the end of the object.</summary>
    private string? NextName(ref Utf8JsonReader reader)
    {
        Next(ref reader);
        return reader.TokenType == JsonTokenType.PropertyName ? reader.GetString() : null;
    }

    private void Skip(ref Utf8JsonReader reader)
    {
        Next(ref reader);
        var depth = reader.CurrentDepth;
        while (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray || reader.CurrentDepth > depth)
        {
            Next(ref reader);
        }
    }

    private void Next(ref Utf8JsonReader reader)
    {
        if (!Advance(ref reader))
        {
            throw Wrong("it ends too early");
        }
    }

    /// <summary>Goes to the next token; false at the end of the header.</summary>
    private bool Advance(ref Utf8JsonReader reader)
    {
        while (!reader.Read())
        {
            if (_filled == length)
            {
                return false;
            }

            _consumed += (int)reader.BytesConsumed;
            var state = reader.CurrentState;
            ReadMore();
            reader = new Utf8JsonReader(_bytes.AsSpan(_consumed, _filled - _consumed), _filled == length, state);
        }

        return true;
    }

    private void ReadMore()
    {
        Array.Resize(ref _bytes, (int)Math.Min(length, Math.Max(FirstRead, 2L * _filled)));
        _filled += stream.ReadAtLeast(_bytes.AsSpan(_filled), _bytes.Length - _filled, throwOnEndOfStream: false);
        if (_filled < _bytes.Length)
        {
            throw new InvalidDataException($"it ends inside its header, after {_filled} of {length} bytes");
        }
    }

    private static InvalidDataException Twice(string what) => Wrong($"it has {what} twice");

    private static InvalidDataException Wrong(string why, Exception? inner = null) => new($"its header is wrong: {why}", inner);
}
