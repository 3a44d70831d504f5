using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>A window that slides over each axis after the channels.</summary>
/// <param name="Kernel">Its length along each axis.</param>
/// <param name="Stride">Its step along each axis.</param>
/// <param name="Padding">The padding on each side of the data.</param>
/// <param name="Dilation">The distance between its elements.</param>
internal sealed record Window(
    EquatableArray<long> Kernel,
    EquatableArray<long> Stride,
    EquatableArray<long> Padding,
    EquatableArray<long> Dilation
)
{
    /// <summary>How many axes it slides over.</summary>
    public int Rank => Kernel.Count;

    /// <summary>How many elements it covers.</summary>
    public long Size => Kernel.Aggregate(1L, static (product, length) => checked(product * length));

    /// <summary>The arguments that it adds to an operation.</summary>
    public IEnumerable<OpArgument> Arguments =>
        [new("kernel", Kernel), new("stride", Stride), new("padding", Padding), new("dilation", Dilation)];

    /// <summary>
    /// The shape after it has slid over the data, with the given channels: ⌊(length + 2 padding - dilation (kernel - 1) - 1) / stride⌋ + 1
    /// along each axis.
    /// </summary>
    public Shape Slide(Shape data, Dim channels) =>
        new(
            new EquatableArray<Dim>(
                data.Axes.Skip(1)
                    .Select(
                        (length, i) => (length + checked((2 * Padding[i]) - (Dilation[i] * (Kernel[i] - 1)) - 1)).FloorDivide(Stride[i]) + 1
                    )
                    .Prepend(channels)
            )
        );
}
