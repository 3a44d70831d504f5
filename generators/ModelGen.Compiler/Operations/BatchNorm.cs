namespace ModelGen.Compiler.Operations;

/// <summary>
/// (x - mean) / sqrt(variance + epsilon) * weight + bias for each channel, with batch statistics in training and running statistics
/// otherwise. Operands: x [C, …], weight, bias, running mean, running variance.
/// </summary>
/// <param name="Axes">The number of axes after the channels.</param>
/// <param name="Epsilon">Added to the variance.</param>
/// <param name="Momentum">The weight of a new batch in the running statistics.</param>
internal sealed record BatchNorm(int Axes, double Epsilon, double Momentum) : ShapePreserving("batch-norm", NumericClass.Exact)
{
    public override IReadOnlyList<OpArgument> Arguments => [new("axes", (long)Axes), new("epsilon", Epsilon), new("momentum", Momentum)];
}
