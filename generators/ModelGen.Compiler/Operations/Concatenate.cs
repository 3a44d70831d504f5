using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>The tensors, concatenated along an axis.</summary>
/// <param name="Axis">Counted from 0, without the batch.</param>
internal sealed record Concatenate(int Axis) : Op
{
    public override string Name => "concatenate";

    public override IReadOnlyList<OpArgument> Arguments => [new("axis", (long)Axis)];

    public override NumericClass NumericClass => NumericClass.Any;

    public override bool KeepsFinite => true;

    public override Shape Infer(IReadOnlyList<Shape> operands) =>
        operands[0].With(Axis, Dim.Sum(operands.Select(operand => operand.Axes[Axis])));

    public override Kept Kept => Kept.Nothing;
}
