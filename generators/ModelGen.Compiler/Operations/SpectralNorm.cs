namespace ModelGen.Compiler.Operations;

/// <summary>
/// A weight W divided by its largest singular value, of which uᵀ W v is the estimate: W as a matrix of one row for each element of an axis.
/// In training a step of power iteration, u ← W v / ‖W v‖ and then v ← Wᵀ u / ‖Wᵀ u‖, comes before. Operands: the weight, u, v.
/// </summary>
/// <param name="Axis">The weight's axis of outputs, whose length u has.</param>
internal sealed record SpectralNorm(int Axis) : ShapePreserving("spectral-norm", NumericClass.Exact)
{
    public override IReadOnlyList<OpArgument> Arguments => [new("axis", (long)Axis)];
}
