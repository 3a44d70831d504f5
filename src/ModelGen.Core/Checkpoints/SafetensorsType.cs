namespace ModelGen.Checkpoints;

/// <summary>The element types of safetensors files, by libtorch's names.</summary>
public enum SafetensorsType
{
    /// <summary>F64: 8 bytes.</summary>
    Float64,

    /// <summary>I64: 8 bytes.</summary>
    Int64,

    /// <summary>F32: 4 bytes.</summary>
    Float32,

    /// <summary>I32: 4 bytes.</summary>
    Int32,

    /// <summary>F16: 2 bytes.</summary>
    Float16,

    /// <summary>BF16: 2 bytes.</summary>
    BFloat16,

    /// <summary>I16: 2 bytes.</summary>
    Int16,

    /// <summary>I8: 1 byte.</summary>
    Int8,

    /// <summary>U8: 1 byte.</summary>
    Byte,

    /// <summary>BOOL: 1 byte.</summary>
    Bool,
}
