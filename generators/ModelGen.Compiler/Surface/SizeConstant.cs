namespace ModelGen.Compiler.Surface;

/// <summary>A size under a name.</summary>
/// <param name="Name">Its words.</param>
/// <param name="Summary">What it is, as a sentence.</param>
/// <param name="Value">The size.</param>
internal sealed record SizeConstant(string Name, string Summary, long Value);
