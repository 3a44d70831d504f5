using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>The axes, reordered.</summary>
/// <param name="Order">For each axis of the result, which axis of the operand it is, counted from 0, without the batch.</param>
internal sealed record Permute(EquatableArray<long> Order) : Op
{
    public override string Name => "permute";

    public override IReadOnlyList<OpArgument> Arguments => [new("order", Order)];

    public override NumericClass NumericClass => NumericClass.View;

    public override bool KeepsFinite => true;

    public override Shape Infer(IReadOnlyList<Shape> operands) =>
        new(new EquatableArray<Dim>(Order.Select(axis => operands[0].Axes[(int)axis])));
}
