namespace ModelGen.Compiler.Operations;

/// <summary>exp(x) / Σ exp(x) over an axis.</summary>
/// <param name="Axis">Counted from 0, without the batch.</param>
internal sealed record Softmax(int Axis) : ShapePreserving("softmax", NumericClass.Exact)
{
    public override IReadOnlyList<OpArgument> Arguments => [new("axis", (long)Axis)];

    public override bool KeepsFinite => true;

    public override Interval Bounds(Interval input) => new(0, 1);

    public override Kept Kept => Kept.Result;
}
