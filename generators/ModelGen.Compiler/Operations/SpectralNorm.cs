namespace ModelGen.Compiler.Operations;

/// <summary>
/// A weight W divided by its largest singular value, estimated as uᵀ W v, with W as a matrix of one row per element of an axis. In
/// training, a step of power iteration comes first: u ← W v / ‖W v‖, then v ← Wᵀ u / ‖Wᵀ u‖. Operands: the weight, u, v.
/// </summary>
/// <param name="Axis">The weight's output axis, whose length is that of u.</param>
internal sealed record SpectralNorm(int Axis) : ShapePreserving("spectral-norm", NumericClass.Exact)
{
    public override IReadOnlyList<OpArgument> Arguments => [new("axis", (long)Axis)];
}
