using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Spec;

namespace ModelGen.Compiler.Layers;

/// <summary>What conv and conv-transpose share: a window of weights that moves over the data, of the data's rank.</summary>
internal abstract class Convolution(string word, string summary, params Parameter[] more)
    : Layer(word, summary, [Channels, Kernel, Stride, Padding, Dilation, Groups, Bias, SpectralNorm.Parameter, .. more, Initialiser.OfLayer])
{
    protected static readonly IntegerParameter Channels = new("channels", "how many channels the result has") { IsRequired = true };

    protected static readonly SizesParameter Kernel = new("kernel", "the window's length along each axis") { AllowsOne = true, IsRequired = true };

    protected static readonly SizesParameter Stride = new("stride", "the step of the window") { AllowsOne = true, Default = One(1) };

    protected static readonly SizesParameter Padding = new("padding", "zeros put around the data, on each side") { AllowsOne = true, Minimum = 0, Default = One(0) };

    protected static readonly SizesParameter Dilation = new("dilation", "the distance between the window's elements") { AllowsOne = true, Default = One(1) };

    protected static readonly IntegerParameter Groups = new("groups", "into how many independent groups the channels are split") { Default = 1 };

    protected static readonly FlagParameter Bias = new("bias", "whether each channel has an offset") { Default = true };

    public override string ExampleInput => "tensor: [4, 9]";

    public sealed override Value? Build(LayerContext context)
    {
        if (Spatial.Of(context) is not { } data
            || data.Each(context, Kernel) is not { } kernel
            || data.Each(context, Stride) is not { } stride
            || data.Each(context, Padding) is not { } padding
            || data.Each(context, Dilation) is not { } dilation)
        {
            return null;
        }

        var (groups, channels) = (context.Get(Groups), context.Get(Channels));
        if (data.Channels % groups != 0 || channels % groups != 0)
        {
            return context.OutOfRange(Groups, NumberParameter.Text(groups), FormattableString.Invariant($"a divisor of both the {data.Channels} channels that come in and the {channels} that go out"));
        }

        return Build(context, data, new Window(kernel, stride, padding, dilation), channels, groups);
    }

    protected abstract Value? Build(LayerContext context, Spatial data, Window window, long channels, long groups);

    /// <summary>
    /// Adds the TorchSharp module of the data's rank and calls it, or the function of its name where the module will not do. Arguments that
    /// TorchSharp has as defaults are left out.
    /// </summary>
    protected static Value Add(LayerContext context, Spatial data, Window window, string module, IReadOnlyList<long> outputPadding, long[] weight, int outputAxis, long channels, long groups, Shape output)
    {
        var type = FormattableString.Invariant($"{module}{data.Rank}d");
        var bias = context.Get(Bias);
        var construction = string.Concat(
            FormattableString.Invariant($"nn.{type}({data.Channels}, {channels}, {data.Tuple(window.Kernel)}"),
            Windows("stride", data.Tuple),
            bias ? "" : ", bias: false",
            ", device: device)");
        StateEntry weights = new("weight", weight);
        var property = context.Module(type, construction, null, WeightRole.Last, bias ? [weights, new("bias", channels)] : [weights]);
        var isSpectral = context.Get(SpectralNorm.Parameter);

        var function = string.Concat(
            FormattableString.Invariant($"functional.{(module == "Conv" ? "conv" : "conv_transpose")}{data.Rank}d($0, $1"),
            bias ? ", $2" : "",
            Windows(data.Rank == 1 ? "stride" : "strides", data.List),
            ")");
        Weight[] offset = bias ? [new($"{property}.bias", [channels])] : [];
        if (isSpectral)
        {
            return context.Multiply(function, [context.Input, SpectralNorm.Weight(context, weight, outputAxis)], offset, output);
        }

        // TorchSharp's modules of two and three axes use the first output padding for all of them.
        var call = outputPadding.Distinct().Count() <= 1 ? $"{property}.call($0)" : null;
        return context.Multiply(function, [context.Input], [new($"{property}.weight!", weight), .. offset], output, call);

        string Windows(string stride, Func<IReadOnlyList<long>, string> text)
        {
            return string.Concat(
                Optional(stride, window.Stride, 1),
                Optional("padding", window.Padding, 0),
                Optional("output_padding", outputPadding, 0),
                Optional("dilation", window.Dilation, 1),
                groups == 1 ? "" : FormattableString.Invariant($", groups: {groups}"));

            string Optional(string name, IReadOnlyList<long> values, long normal) => values.All(value => value == normal) ? "" : $", {name}: {text(values)}";
        }
    }

    protected static EquatableArray<long> One(long value) => new([value]);

    /// <summary>The window along each axis.</summary>
    protected sealed record Window(IReadOnlyList<long> Kernel, IReadOnlyList<long> Stride, IReadOnlyList<long> Padding, IReadOnlyList<long> Dilation)
    {
        /// <summary>How many elements it covers.</summary>
        public long Size => Kernel.Aggregate(1L, (product, length) => checked(product * length));
    }
}
