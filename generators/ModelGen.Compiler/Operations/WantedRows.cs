namespace ModelGen.Compiler.Operations;

/// <summary>The positions of a decoding step whose results are wanted.</summary>
internal sealed record WantedRows() : ShapePreserving("wanted-rows", NumericClass.View);
