namespace ModelGen.Compiler.Operations;

/// <summary>max(x, 0).</summary>
internal sealed record Relu() : ShapePreserving("relu", NumericClass.Any)
{
    public override bool KeepsFinite => true;

    public override Interval Bounds(Interval input) => new(Math.Max(input.Low, 0), Math.Max(input.High, 0));

    public override Kept Kept => Kept.Result;
}
