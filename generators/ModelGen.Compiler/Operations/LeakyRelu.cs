namespace ModelGen.Compiler.Operations;

/// <summary>x for x &gt; 0, otherwise slope * x.</summary>
internal sealed record LeakyRelu(double Slope) : ShapePreserving("leaky-relu", NumericClass.Any)
{
    public override IReadOnlyList<OpArgument> Arguments => [new("slope", Slope)];
}
