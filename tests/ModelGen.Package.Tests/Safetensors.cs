using System.Buffers.Binary;
using System.Text.Json;

namespace ModelGen.Package.Tests;

/// <summary>Small safetensors files.</summary>
internal static class Safetensors
{
    /// <summary>A file of tensors of zeros.</summary>
    public static byte[] Bytes(params IReadOnlyList<(string Name, string Type, long[] Shape)> tensors)
    {
        var entries = new Dictionary<string, object>();
        long end = 0;
        foreach (var (name, type, shape) in tensors)
        {
            var begin = end;
            end += shape.Aggregate(
                type is "I64" ? 8L
                    : type is "F32" ? 4
                    : 2,
                static (bytes, size) => bytes * size
            );
            entries.Add(
                name,
                new
                {
                    dtype = type,
                    shape,
                    data_offsets = new[] { begin, end },
                }
            );
        }

        var header = JsonSerializer.SerializeToUtf8Bytes(entries);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. new byte[end]];
    }
}
