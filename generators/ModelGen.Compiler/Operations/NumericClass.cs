namespace ModelGen.Compiler.Operations;

/// <summary>The precision that an operation works in.</summary>
internal enum NumericClass
{
    /// <summary>
    /// The model's: sums of products, whose factors may be rounded because the sums are accumulated in float32. They take most of the time,
    /// and processors compute them faster with fewer bits.
    /// </summary>
    Product,

    /// <summary>
    /// Float32: means, variances, sums of exponentials, and lookups in weights. It is also the precision of a module class's inputs and
    /// outputs.
    /// </summary>
    Exact,

    /// <summary>
    /// That of the inputs: data movement and element-wise functions, which libtorch computes in float32 and rounds once. Of two types,
    /// torch uses the wider.
    /// </summary>
    Any,

    /// <summary>None: the same numbers in the same memory, seen in another shape.</summary>
    View,
}
