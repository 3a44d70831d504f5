namespace ModelGen.Compiler.Operations;

/// <summary>max(x, 0).</summary>
internal sealed record Relu() : ShapePreserving("relu", NumericClass.Any)
{
    public override bool KeepsFinite => true;
}
