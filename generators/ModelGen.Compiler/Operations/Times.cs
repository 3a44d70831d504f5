namespace ModelGen.Compiler.Operations;

/// <summary>The product of two tensors of the same shape, element by element.</summary>
internal sealed record Times() : ShapePreserving("times", NumericClass.Any);
