namespace ModelGen.Compiler.Shapes;

/// <summary>The number types that a model may multiply in, as a spec writes them.</summary>
internal static class Precision
{
    /// <summary>The default.</summary>
    public const string Full = "float32";

    /// <summary>The range of <see cref="Full"/> in 16 bits.</summary>
    public const string BFloat16 = "bfloat16";

    /// <summary>More precision in 16 bits, but so small a range that gradients need scaling.</summary>
    public const string Half = "float16";
}
