using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>
/// sin(t / 10000^(2i / width)) and the cosine of the same, alternating, for each position t of a sequence; the same for each sample.
/// Operand: the sequence [T, …].
/// </summary>
internal sealed record SinusoidalPositions(long Width) : Op
{
    public override string Name => "sinusoidal-positions";

    public override IReadOnlyList<OpArgument> Arguments => [new("width", Width)];

    public override NumericClass NumericClass => NumericClass.Exact;

    public override bool KeepsFinite => true;

    public override bool HasBatch => false;

    public override Shape Infer(IReadOnlyList<Shape> operands) => new(operands[0].Axes[0], Width);

    public override Kept Kept => Kept.Nothing;
}
