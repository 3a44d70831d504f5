using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class ConvLayer() : ConvolutionLayer("conv", "a learned window moved over the data, with as many axes as the data")
{
    public override string ResultName => "features";

    public override string ShapeRule => "[C, L…] -> [channels, ⌊(L + 2 padding - dilation (kernel - 1) - 1) / stride⌋ + 1 …]";

    public override string Example =>
        "conv: { channels: 8, kernel: 3, stride: 2, padding: 1, dilation: 2, groups: 2, bias: false, spectral-norm: true, "
        + "initialiser: kaiming-normal }";

    protected override Value? Build(LayerContext context, Spatial data, Window window, long channels, long groups)
    {
        if (!data.Slides(context, Kernel, window.Kernel, window.Stride, window.Padding, window.Dilation))
        {
            return null;
        }

        return Add(context, new Convolution(window, groups), [channels, data.Channels / groups, .. window.Kernel], outputAxis: 0, channels);
    }
}
