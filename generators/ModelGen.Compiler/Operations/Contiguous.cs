namespace ModelGen.Compiler.Operations;

/// <summary>x, its elements side by side in memory.</summary>
internal sealed record Contiguous() : ShapePreserving("contiguous", NumericClass.Any)
{
    public override bool KeepsFinite => true;
}
