using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class ConvTransposeLayer()
    : ConvolutionLayer(
        "conv-transpose",
        "a transposed convolution, which enlarges the data by its stride, with as many axes as the data",
        OutputPadding
    )
{
    private static readonly SizesParameter OutputPadding = new("output-padding", "lengthens the result on one side")
    {
        AllowsOne = true,
        Minimum = 0,
        Default = One(0),
    };

    public override string ResultName => "features";

    public override string ShapeRule => "[C, L…] -> [channels, (L - 1) stride - 2 padding + dilation (kernel - 1) + output-padding + 1 …]";

    public override string Example =>
        "conv-transpose: { channels: 8, kernel: 4, stride: 3, padding: 1, dilation: 2, groups: 2, bias: false, spectral-norm: "
        + "true, output-padding: 1, initialiser: orthogonal }";

    protected override Value? Build(LayerContext context, Spatial data, Window window, long channels, long groups)
    {
        if (data.Each(context, OutputPadding) is not { } outputPadding)
        {
            return null;
        }

        var op = new TransposedConvolution(window, new(outputPadding), groups);
        for (var i = 0; i < data.Rank; i++)
        {
            if (outputPadding[i] >= Math.Max(window.Stride[i], window.Dilation[i]))
            {
                return context.OutOfRange(
                    OutputPadding,
                    NumberText.Of(outputPadding[i]),
                    FormattableString.Invariant($"less than the stride {window.Stride[i]} or the dilation {window.Dilation[i]}")
                );
            }

            var length = op.Length(i, data.Lengths[i]);
            if (length.Shortest < 1)
            {
                return context.Fail(
                    FormattableString.Invariant($"would give an axis of {length}{Spatial.Shortest(length)}; it gets {context.Input.Shape}"),
                    Padding
                );
            }

            if (window.Kernel[i] > 1 || window.Stride[i] > 1 || outputPadding[i] > 0)
            {
                context.SeesAlong(data.Lengths[i]);
            }
        }

        return Add(context, op, [data.Channels, channels / groups, .. window.Kernel], outputAxis: 1, channels);
    }
}
