using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>The mean of the elements under a window, padding counted as zeros. Operand: [C, L…].</summary>
/// <param name="Window">The window.</param>
internal sealed record AveragePool(Window Window) : Op
{
    public override string Name => "average-pool";

    public override IReadOnlyList<OpArgument> Arguments => [.. Window.Arguments];

    public override NumericClass NumericClass => NumericClass.Exact;

    public override Shape Infer(IReadOnlyList<Shape> operands) => Window.Slide(operands[0], operands[0].Axes[0]);

    public override Interval Bounds(Interval input) => new(Math.Min(input.Low, 0), Math.Max(input.High, 0));
}
