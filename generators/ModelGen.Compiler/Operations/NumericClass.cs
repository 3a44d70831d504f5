namespace ModelGen.Compiler.Operations;

/// <summary>In which precision an operation wants to work.</summary>
internal enum NumericClass
{
    /// <summary>
    /// In the model's: sums of products, whose factors may be rounded because the sums themselves are kept in float32. They take most of
    /// the time, and processors do them faster in fewer bits.
    /// </summary>
    Product,

    /// <summary>
    /// In float32: means, variances, exponentials that are summed, and look-ups in weights. A module class takes and gives it, too.
    /// </summary>
    Exact,

    /// <summary>
    /// In whatever comes in: what moves numbers, and functions of each element alone, which libtorch computes in float32 and rounds once.
    /// Of two types torch takes the wider.
    /// </summary>
    Any,

    /// <summary>None: the same numbers in the same memory, seen in another shape.</summary>
    View,
}
