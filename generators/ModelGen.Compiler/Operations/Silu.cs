namespace ModelGen.Compiler.Operations;

/// <summary>x * sigmoid(x).</summary>
internal sealed record Silu() : ShapePreserving("silu", NumericClass.Any)
{
    public override Interval Bounds(Interval input) => new(-0.278465, double.PositiveInfinity);
}
