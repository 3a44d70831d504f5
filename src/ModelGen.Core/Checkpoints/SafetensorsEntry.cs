using ModelGen.Compiler.Files;

namespace ModelGen.Checkpoints;

/// <summary>One tensor in a safetensors file.</summary>
public sealed class SafetensorsEntry
{
    internal SafetensorsEntry(SafetensorsType type, IReadOnlyList<long> shape, long begin, long end)
    {
        Type = type;
        Shape = shape;
        Begin = begin;
        End = end;
    }

    /// <summary>The element type.</summary>
    public SafetensorsType Type { get; }

    /// <summary>The size of each dimension; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The offset of the first byte, counted from the end of the header.</summary>
    internal long Begin { get; }

    /// <summary>The offset just past the last byte.</summary>
    internal long End { get; }

    /// <summary>Type and shape, for example <c>Float32 [256, 64]</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Form.ToString();

    /// <summary>Type and shape, to be compared with those that a model takes.</summary>
    internal TensorForm Form => new(Type.ToString(), Shape);
}
