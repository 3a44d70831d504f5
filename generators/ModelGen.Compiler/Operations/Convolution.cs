using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>
/// A window of weights that slides over the data. Operands: x [C, L…], W [channels, C / groups, kernel…][, bias [channels]].
/// </summary>
/// <param name="Window">The window.</param>
/// <param name="Groups">The number of independent groups that the channels are split into.</param>
internal sealed record Convolution(Window Window, long Groups) : Op
{
    public override string Name => "convolution";

    public override IReadOnlyList<OpArgument> Arguments => [.. Window.Arguments, new("groups", Groups)];

    public override NumericClass NumericClass => NumericClass.Product;

    public override Shape Infer(IReadOnlyList<Shape> operands) => Window.Slide(operands[0], operands[1].Axes[0]);

    public override Dim MultiplyAdds(IReadOnlyList<Shape> operands) => Infer(operands).Count * operands[1].Axes[1] * Window.Size;

    // libtorch's kernels have a layout of their own, to which they copy what comes in and what goes out.
    public override Dim Workspace(IReadOnlyList<Shape> operands) => operands[0].Count + Infer(operands).Count;
}
