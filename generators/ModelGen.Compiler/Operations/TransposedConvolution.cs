using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>The transpose of a convolution. Operands: x [C, L…], W [C, channels / groups, kernel…][, bias [channels]].</summary>
/// <param name="Window">The window.</param>
/// <param name="OutputPadding">The extra length on one side of the result, along each axis.</param>
/// <param name="Groups">The number of independent groups that the channels are split into.</param>
internal sealed record TransposedConvolution(Window Window, EquatableArray<long> OutputPadding, long Groups) : Op
{
    public override string Name => "transposed-convolution";

    public override IReadOnlyList<OpArgument> Arguments =>
        [.. Window.Arguments, new("output-padding", OutputPadding), new("groups", Groups)];

    public override NumericClass NumericClass => NumericClass.Product;

    public override Shape Infer(IReadOnlyList<Shape> operands) =>
        new(
            new EquatableArray<Dim>(operands[0].Axes.Skip(1).Select((length, i) => Length(i, length)).Prepend(Groups * operands[1].Axes[1]))
        );

    /// <summary>
    /// The length along an axis after the channels, counted from 0: (length - 1) stride - 2 padding + dilation (kernel - 1) + output
    /// padding + 1.
    /// </summary>
    public Dim Length(int axis, Dim length) =>
        ((length - 1) * Window.Stride[axis])
        + checked((-2 * Window.Padding[axis]) + (Window.Dilation[axis] * (Window.Kernel[axis] - 1)) + OutputPadding[axis] + 1);

    // Each input element is multiplied by the whole window once for each output channel of its group.
    public override Dim MultiplyAdds(IReadOnlyList<Shape> operands) => operands[0].Count * operands[1].Axes[1] * Window.Size;

    // libtorch's kernels have a layout of their own, to which they copy what comes in and what goes out.
    public override Dim Workspace(IReadOnlyList<Shape> operands) => operands[0].Count + Infer(operands).Count;
}
