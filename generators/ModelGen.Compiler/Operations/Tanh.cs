namespace ModelGen.Compiler.Operations;

/// <summary>The hyperbolic tangent.</summary>
internal sealed record Tanh() : ShapePreserving("tanh", NumericClass.Any)
{
    public override bool KeepsFinite => true;

    public override Interval Bounds(Interval input) => new(-1, 1);

    public override Kept Kept => Kept.Result;
}
