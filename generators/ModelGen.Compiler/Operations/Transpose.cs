using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>Two axes, swapped.</summary>
/// <param name="First">Counted from 0, without the batch.</param>
/// <param name="Second">Counted from 0, without the batch.</param>
internal sealed record Transpose(int First, int Second) : Op
{
    public override string Name => "transpose";

    public override IReadOnlyList<OpArgument> Arguments => [new("first", (long)First), new("second", (long)Second)];

    public override NumericClass NumericClass => NumericClass.View;

    public override bool KeepsFinite => true;

    public override Shape Infer(IReadOnlyList<Shape> operands) =>
        operands[0].With(First, operands[0].Axes[Second]).With(Second, operands[0].Axes[First]);
}
