using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Words.Layers;

/// <summary>A window that gives one value for each position, for each channel separately.</summary>
internal abstract class Pooling(string word, string summary, bool isAverage) : Layer(word, summary, Kernel, Stride, Padding)
{
    private static readonly SizesParameter Kernel = new("kernel", "the window's length along each axis")
    {
        AllowsOne = true,
        IsMain = true,
        IsRequired = true,
    };

    private static readonly SizesParameter Stride = new("stride", "the step of the window") { AllowsOne = true, Absent = "the kernel" };

    private static readonly SizesParameter Padding = new("padding", "padding around the data, on each side; at most half the kernel")
    {
        AllowsOne = true,
        Minimum = 0,
        Default = new EquatableArray<long>([0]),
    };

    public override string ResultName => "pooled";

    public override string ShapeRule => "[C, L…] -> [C, ⌊(L + 2 padding - kernel) / stride⌋ + 1 …]";

    public override string ExampleInput => "tensor: [4, 9]";

    public override string Example => $"{Word}: {{ kernel: 3, stride: 2, padding: 1 }}";

    public override Value? Build(LayerContext context)
    {
        if (
            Spatial.Of(context) is not { } data
            || data.Each(context, Kernel) is not { } kernel
            || data.Each(context, Stride, kernel) is not { } stride
            || data.Each(context, Padding) is not { } padding
        )
        {
            return null;
        }

        for (var i = 0; i < data.Rank; i++)
        {
            if (padding[i] > kernel[i] / 2)
            {
                return context.OutOfRange(
                    Padding,
                    NumberText.Of(padding[i]),
                    FormattableString.Invariant($"at most {kernel[i] / 2}, half the kernel")
                );
            }
        }

        // Only libtorch's average over three axes requires this.
        for (var i = 0; isAverage && data.Rank == 3 && i < data.Rank; i++)
        {
            if (kernel[i] > data.Lengths[i].Shortest)
            {
                return context.Fail(
                    FormattableString.Invariant(
                        $"over three axes needs a kernel no longer than the data without padding; it has {kernel[i]} over "
                    ) + FormattableString.Invariant($"{data.Lengths[i]}{Spatial.Shortest(data.Lengths[i])} and gets {context.Input.Shape}"),
                    Kernel
                );
            }
        }

        long[] dense = [.. Enumerable.Repeat(1L, data.Rank)];
        if (!data.Slides(context, Kernel, kernel, stride, padding, dense))
        {
            return null;
        }

        var window = new Window(new(kernel), new(stride), new(padding), new(dense));
        return context.Apply(isAverage ? new AveragePool(window) : new MaximumPool(window));
    }
}
