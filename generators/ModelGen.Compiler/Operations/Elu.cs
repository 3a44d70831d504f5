namespace ModelGen.Compiler.Operations;

/// <summary>x for x &gt; 0, otherwise alpha * (exp(x) - 1).</summary>
internal sealed record Elu(double Alpha) : ShapePreserving("elu", NumericClass.Any)
{
    public override IReadOnlyList<OpArgument> Arguments => [new("alpha", Alpha)];

    public override Interval Bounds(Interval input) => new(-Alpha, double.PositiveInfinity);
}
