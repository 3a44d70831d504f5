namespace ModelGen.Compiler.Surface;

/// <summary>A named size.</summary>
/// <param name="Name">The words of its name.</param>
/// <param name="Summary">What it is, as a sentence.</param>
/// <param name="Value">The size.</param>
internal sealed record SizeConstant(string Name, string Summary, long Value);
