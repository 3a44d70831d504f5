namespace ModelGen.Compiler.Operations;

/// <summary>A weight divided by its largest singular value, estimated by a step of power iteration in training. Operands: the weight, u, v.</summary>
/// <param name="Axis">The weight's axis of outputs, whose length u has.</param>
internal sealed record SpectralNorm(int Axis) : ShapePreserving("spectral-norm", NumericClass.Exact)
{
    public override IReadOnlyList<OpArgument> Arguments => [new("axis", (long)Axis)];
}
