namespace ModelGen.Compiler.Operations;

/// <summary>log(1 + exp(beta * x)) / beta; x itself where beta * x &gt; 20.</summary>
internal sealed record Softplus(double Beta) : ShapePreserving("softplus", NumericClass.Exact)
{
    public override IReadOnlyList<OpArgument> Arguments => [new("beta", Beta)];

    public override Interval Bounds(Interval input) => new(0, double.PositiveInfinity);
}
