namespace ModelGen.Compiler.Operations;

/// <summary>
/// Each pair of elements of a vector, rotated by the angle of its position: x * cosines + (x with the elements of each pair exchanged) *
/// sines. Operands: x [heads, T, n], the table [2, T, n].
/// </summary>
/// <param name="PairsNeighbours">Whether a pair is two elements side by side, rather than one of each half.</param>
internal sealed record Rotary(bool PairsNeighbours) : ShapePreserving("rotary", NumericClass.Exact)
{
    public override IReadOnlyList<OpArgument> Arguments => [new("neighbours", PairsNeighbours)];

    public override Kept Kept => Kept.Nothing;
}
