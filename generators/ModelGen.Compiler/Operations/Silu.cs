namespace ModelGen.Compiler.Operations;

/// <summary>x * sigmoid(x).</summary>
internal sealed record Silu() : ShapePreserving("silu", NumericClass.Any);
