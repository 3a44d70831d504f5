namespace ModelGen.Compiler.Operations;

/// <summary>
/// (x - mean) / sqrt(variance + epsilon) * weight [+ bias], over the last axes, which are the weight's. Operands: x, weight[, bias].
/// </summary>
internal sealed record LayerNorm(double Epsilon) : ShapePreserving("layer-norm", NumericClass.Exact)
{
    public override IReadOnlyList<OpArgument> Arguments => [new("epsilon", Epsilon)];
}
