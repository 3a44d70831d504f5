using System.Buffers.Binary;
using ModelGen.Checkpoints;

namespace ModelGen.Data;

/// <summary>An array as stored in a file: little-endian and row-major.</summary>
/// <param name="What">What messages call it: a file, or a tensor in a file.</param>
/// <param name="Shape">The length of each axis.</param>
/// <param name="Type">The element type.</param>
/// <param name="Bytes">The elements' bytes.</param>
internal sealed record ArrayContent(string What, IReadOnlyList<long> Shape, SafetensorsType Type, byte[] Bytes)
{
    /// <summary>The number of elements in an array of this shape; null if they do not fit into memory.</summary>
    public static int? Count(IReadOnlyList<long> shape, int elementSize)
    {
        UInt128 count = 1;
        foreach (var length in shape)
        {
            count *= (ulong)length;
            if (count * (ulong)elementSize > (ulong)Array.MaxLength)
            {
                return null;
            }
        }

        return (int)count;
    }

    /// <summary>The shape of one sample: all axes except the first.</summary>
    public int[] SampleShape => [.. Shape.Skip(1).Select(static length => (int)length)];

    /// <summary>The elements as numbers.</summary>
    public float[] Numbers()
    {
        Func<int, float> read = Type switch
        {
            SafetensorsType.Float32 => i => BinaryPrimitives.ReadSingleLittleEndian(Bytes.AsSpan(4 * i)),
            SafetensorsType.Float64 => i => (float)BinaryPrimitives.ReadDoubleLittleEndian(Bytes.AsSpan(8 * i)),
            SafetensorsType.Float16 => i => (float)BinaryPrimitives.ReadHalfLittleEndian(Bytes.AsSpan(2 * i)),
            SafetensorsType.BFloat16 => i =>
                BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(Bytes.AsSpan(2 * i)) << 16),
            _ => i => Integer(i),
        };
        var numbers = new float[Elements];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = read(i);
        }

        return numbers;
    }

    /// <summary>The elements as class labels, one per sample.</summary>
    /// <exception cref="ModelGenException">They are not whole numbers, or not one per sample.</exception>
    public int[] Labels()
    {
        if (Type is SafetensorsType.Float16 or SafetensorsType.BFloat16 or SafetensorsType.Float32 or SafetensorsType.Float64)
        {
            throw new ModelGenException($"{What} holds labels of type {Type}; save the class of each sample as a whole number.");
        }

        if (Shape.Count != 1)
        {
            throw new ModelGenException(
                $"{What} has the shape [{string.Join(", ", Shape)}]; labels must be [samples], one number per sample."
            );
        }

        var labels = new int[Elements];
        for (var i = 0; i < labels.Length; i++)
        {
            var label = Integer(i);
            labels[i] = label is >= 0 and <= ushort.MaxValue
                ? (int)label
                : throw new ModelGenException(
                    $"{What} holds the label {label} for sample {i}; labels run from 0 to at most {ushort.MaxValue}."
                );
        }

        return labels;
    }

    private int Elements => Bytes.Length / SafetensorsHeader.BytesOf(Type);

    private long Integer(int index) =>
        Type switch
        {
            SafetensorsType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(Bytes.AsSpan(8 * index)),
            SafetensorsType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(Bytes.AsSpan(4 * index)),
            SafetensorsType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(Bytes.AsSpan(2 * index)),
            SafetensorsType.Int8 => (sbyte)Bytes[index],
            _ => Bytes[index],
        };
}
