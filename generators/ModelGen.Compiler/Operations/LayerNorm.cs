namespace ModelGen.Compiler.Operations;

/// <summary>
/// (x - mean) / sqrt(variance + epsilon) * weight [+ bias], over the last axes, as many as the weight has. Operands: x, weight[, bias].
/// </summary>
internal sealed record LayerNorm(double Epsilon) : ShapePreserving("layer-norm", NumericClass.Exact)
{
    public override IReadOnlyList<OpArgument> Arguments => [new("epsilon", Epsilon)];

    public override bool HasIndependentRows => true;
}
