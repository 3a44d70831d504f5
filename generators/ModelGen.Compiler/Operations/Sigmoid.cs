namespace ModelGen.Compiler.Operations;

/// <summary>1 / (1 + exp(-x)).</summary>
internal sealed record Sigmoid() : ShapePreserving("sigmoid", NumericClass.Any)
{
    public override bool KeepsFinite => true;

    public override Interval Bounds(Interval input) => new(0, 1);

    public override Kept Kept => Kept.Result;
}
