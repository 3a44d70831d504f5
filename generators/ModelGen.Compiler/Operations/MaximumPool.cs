using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>The largest element under a window. Operand: [C, L…].</summary>
/// <param name="Window">The window.</param>
internal sealed record MaximumPool(Window Window) : Op
{
    public override string Name => "maximum-pool";

    public override IReadOnlyList<OpArgument> Arguments => [.. Window.Arguments];

    public override NumericClass NumericClass => NumericClass.Any;

    public override Shape Infer(IReadOnlyList<Shape> operands) => Window.Slide(operands[0], operands[0].Axes[0]);

    public override Interval Bounds(Interval input) => input;

    // The place of each maximum, in 64 bits.
    public override Dim KeptBesides(IReadOnlyList<Shape> operands) => 2 * Infer(operands).Count;
}
