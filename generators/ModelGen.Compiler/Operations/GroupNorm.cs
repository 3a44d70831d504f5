namespace ModelGen.Compiler.Operations;

/// <summary>(x - mean) / sqrt(variance + epsilon) * weight + bias for each group of channels. Operands: x [C, …], weight, bias.</summary>
/// <param name="Groups">The number of groups that the channels are split into.</param>
/// <param name="Epsilon">Added to the variance.</param>
internal sealed record GroupNorm(long Groups, double Epsilon) : ShapePreserving("group-norm", NumericClass.Exact)
{
    public override IReadOnlyList<OpArgument> Arguments => [new("groups", Groups), new("epsilon", Epsilon)];
}
