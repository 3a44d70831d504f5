namespace ModelGen.Compiler.Operations;

/// <summary>x, contiguous in memory.</summary>
internal sealed record Contiguous() : ShapePreserving("contiguous", NumericClass.Any)
{
    public override bool KeepsFinite => true;

    public override Interval Bounds(Interval input) => input;

    public override Kept Kept => Kept.Nothing;
}
