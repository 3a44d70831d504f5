using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Words.Layers;

/// <summary>What conv and conv-transpose share: a window of weights that moves over the data, with as many axes as the data.</summary>
internal abstract class ConvolutionLayer(string word, string summary, params Parameter[] more)
    : Layer(
        word,
        summary,
        [Channels, Kernel, Stride, Padding, Dilation, Groups, Bias, SpectralNormalisation.Parameter, .. more, Initialiser.OfLayer]
    )
{
    protected static readonly IntegerParameter Channels = new("channels", "how many channels the result has") { IsRequired = true };

    protected static readonly SizesParameter Kernel = new("kernel", "the window's length along each axis")
    {
        AllowsOne = true,
        IsRequired = true,
    };

    protected static readonly SizesParameter Stride = new("stride", "the step of the window") { AllowsOne = true, Default = One(1) };

    protected static readonly SizesParameter Padding = new("padding", "zeros added around the data, on each side")
    {
        AllowsOne = true,
        Minimum = 0,
        Default = One(0),
    };

    protected static readonly SizesParameter Dilation = new("dilation", "the distance between the window's elements")
    {
        AllowsOne = true,
        Default = One(1),
    };

    protected static readonly IntegerParameter Groups = new("groups", "into how many independent groups the channels are split")
    {
        Default = 1,
    };

    protected static readonly FlagParameter Bias = new("bias", "whether each channel has a bias") { Default = true };

    public override string ExampleInput => "tensor: [4, 9]";

    public sealed override Value? Build(LayerContext context)
    {
        if (
            Spatial.Of(context) is not { } data
            || data.Each(context, Kernel) is not { } kernel
            || data.Each(context, Stride) is not { } stride
            || data.Each(context, Padding) is not { } padding
            || data.Each(context, Dilation) is not { } dilation
        )
        {
            return null;
        }

        var (groups, channels) = (context.Get(Groups), context.Get(Channels));
        if (data.Channels % groups != 0 || channels % groups != 0)
        {
            return context.OutOfRange(
                Groups,
                NumberText.Of(groups),
                FormattableString.Invariant($"a divisor of both the {data.Channels} input channels and the {channels} output channels")
            );
        }

        return Build(context, data, new Window(new(kernel), new(stride), new(padding), new(dilation)), channels, groups);
    }

    protected abstract Value? Build(LayerContext context, Spatial data, Window window, long channels, long groups);

    /// <summary>Adds the weights and the operation on them.</summary>
    protected static Value Add(LayerContext context, Op op, long[] weight, int outputAxis, long channels) =>
        Weighted.Apply(
            context,
            op,
            null,
            WeightRole.Last,
            context.Input,
            weight,
            context.Get(Bias) ? channels : null,
            context.Get(SpectralNormalisation.Parameter) ? outputAxis : null
        );

    protected static EquatableArray<long> One(long value) => new([value]);
}
