using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>1 where a token belongs to the sequence, 0 where it fills it up. Operand: token ids [T].</summary>
/// <param name="Padding">The id of the token that fills sequences up.</param>
internal sealed record Presence(long Padding) : Op
{
    public override string Name => "presence";

    public override IReadOnlyList<OpArgument> Arguments => [new("padding", Padding)];

    public override NumericClass NumericClass => NumericClass.Exact;

    public override bool KeepsFinite => true;

    public override Shape Infer(IReadOnlyList<Shape> operands) => operands[0];

    public override Interval Bounds(Interval input) => new(0, 1);

    public override Kept Kept => Kept.Nothing;
}
