namespace ModelGen.Compiler.Shapes;

/// <summary>The types of numbers that a model may multiply in, by the words that a spec has for them.</summary>
internal static class Precision
{
    /// <summary>The usual one.</summary>
    public const string Full = "float32";

    /// <summary>The range of <see cref="Full"/> in 16 bits.</summary>
    public const string BFloat16 = "bfloat16";

    /// <summary>More digits in 16 bits, and a range so small that gradients need a scale.</summary>
    public const string Half = "float16";
}
