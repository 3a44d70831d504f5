using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>
/// The cosines and the sines of the angles t / factor * base^(-2i / width) for each position t and each pair i; the same for each sample.
/// Both elements of a pair have the cosine, the first has the negative sine and the second the sine. Operand: the sequence [T, …].
/// </summary>
/// <param name="Width">The length of the vectors that are rotated, even.</param>
/// <param name="Base">The base.</param>
/// <param name="Factor">What positions are divided by.</param>
/// <param name="PairsNeighbours">Whether a pair is two elements side by side, rather than one of each half.</param>
internal sealed record RotaryTable(long Width, double Base, double Factor, bool PairsNeighbours) : Op
{
    public override string Name => "rotary-table";

    public override IReadOnlyList<OpArgument> Arguments =>
        [new("width", Width), new("base", Base), new("factor", Factor), new("neighbours", PairsNeighbours)];

    public override NumericClass NumericClass => NumericClass.Exact;

    public override bool KeepsFinite => true;

    public override bool HasBatch => false;

    public override Shape Infer(IReadOnlyList<Shape> operands) => new(2, operands[0].Axes[0], Width);

    public override Kept Kept => Kept.Nothing;
}
