namespace ModelGen.Compiler.Operations;

/// <summary>x converted to another number type.</summary>
/// <param name="Precision">The type, as a spec names it.</param>
internal sealed record Cast(string Precision) : ShapePreserving("cast", NumericClass.Any)
{
    public override IReadOnlyList<OpArgument> Arguments => [new("precision", Precision)];

    public override Interval Bounds(Interval input) => input;

    public override Kept Kept => Kept.Nothing;
}
