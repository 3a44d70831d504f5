namespace ModelGen.Compiler.Operations;

/// <summary>The sum of two tensors of one shape.</summary>
internal sealed record Plus() : ShapePreserving("plus", NumericClass.Any);
