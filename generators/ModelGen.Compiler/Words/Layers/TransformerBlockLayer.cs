using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class TransformerBlockLayer()
    : Layer(
        "transformer-block",
        "short for two residuals with their norms, one of `self-attention` and one of a feed-forward network: the same layers, with the "
            + "same weights and names, as when they are written out; Vaswani et al. 2017, and with the norms first Xiong et al. 2020",
        MultiHead.HeadCount,
        MultiHead.KeyValueHeads,
        SelfAttentionLayer.Causal,
        SelfAttentionLayer.Window,
        SelfAttentionLayer.Positions,
        MultiHead.QueryKeyNorm,
        Hidden,
        Activation,
        Gated,
        Norm,
        Order,
        Dropout,
        MultiHead.Bias,
        Initialiser.OfLayer
    )
{
    // The norms, the two residuals, and in these the attention, up to three layers of the feed-forward network, and dropout.
    private const int MostLayers = 10;

    private static readonly IntegerParameter Hidden = new("hidden", "the width of the feed-forward network between its linear maps")
    {
        Absent = "4 times the width",
        Maximum = GatedLinearLayer.MaximumFeatures,
    };

    private static readonly WordParameter<Layer> Activation = new(
        "activation",
        "the function between the linear maps",
        GatedLinearLayer.Activations
    )
    {
        Absent = "gelu, and silu where `gated`",
    };

    private static readonly FlagParameter Gated = new("gated", "whether the first linear map is `gated-linear` with the activation")
    {
        Default = false,
    };

    private static readonly WordParameter<Layer> Norm = new("norm", "the layer that normalises", "layer-norm", "rms-norm")
    {
        Usual = "layer-norm",
    };

    private static readonly ChoiceParameter Order = new(
        "order",
        "whether a norm is at the start of each residual's layers (`pre`, as in GPT-2 and Llama) or after the sum (`post`, as in BERT)",
        "pre",
        "post"
    )
    {
        Default = "pre",
    };

    private static readonly NumberParameter Dropout = new(
        "dropout",
        "the fraction of attention weights, and of what each residual adds, dropped in training"
    )
    {
        Default = 0,
        Range = Language.Range.Fraction,
    };

    public override bool AddsRows => true;

    public override int WritesOut => MostLayers;

    public override string ResultName => "x";

    public override string ShapeRule => "[T, n] -> [T, n]";

    public override string ExampleInput => "tensor: [5, 8]";

    public override string Example =>
        "transformer-block: { heads: 4, key-value-heads: 2, causal: true, window: 3, positions: rotary, query-key-norm: true, hidden: 12, "
        + "activation: relu, gated: true, norm: { rms-norm: { epsilon: 1e-5 } }, order: post, dropout: 0.1, bias: false, "
        + "initialiser: { normal: 0.1 } }";

    public override double CountLayers(Arguments arguments) => 1 + MostLayers;

    public override double CountResiduals(Arguments arguments) => 2;

    public override Shape? ShapeAfterError(LayerContext context) => context.Input.Shape;

    public override Value? Build(LayerContext context)
    {
        if (!context.HasFeatures(out var width))
        {
            return null;
        }

        if (context.Get(Gated) && context.TryGet(Activation, out var gate) && !IsPlain(gate))
        {
            context.Report(
                Rules.Conflict,
                Activation.Name,
                $"'{Gated.Name}' takes '{gate.Definition.Word}' without arguments; remove them, or write the layers out"
            );
            return null;
        }

        var layers = WrittenOut(new WrittenLayers(context.Spec), context.Spec.Arguments, width);
        context.Model.BlockUses.Push(new BlockUse(Word, context.Spec.Origin));
        var result = context.Module.Layers(layers, context.Input, context.EndsBranch, context.Depth);
        context.Model.BlockUses.Pop();
        return result;
    }

    private static bool IsPlain(Configured<Layer> word) =>
        word.Arguments.Equals(Arguments.Of(word.Definition, new Dictionary<Parameter, object?>()));

    private static EquatableArray<LayerSpec> WrittenOut(WrittenLayers written, Arguments arguments, long width)
    {
        var attention = written.Layer<SelfAttentionLayer>((MultiHead.Dropout, arguments.Get(Dropout)));
        return new([.. WithNorm(written, arguments, [attention]), .. WithNorm(written, arguments, FeedForward(written, arguments, width))]);
    }

    private static IReadOnlyList<LayerSpec> FeedForward(WrittenLayers written, Arguments arguments, long width)
    {
        var bias = arguments.Get(MultiHead.Bias);
        var activation = arguments.TryGet(Activation, out var named) ? named : null;
        var hidden = arguments.TryGet(Hidden, out var given) ? given : checked(4 * width);
        var last = written.Layer<LinearLayer>((LinearLayer.Features, width), (LinearLayer.Bias, bias));
        return arguments.Get(Gated)
            ?
            [
                written.Layer<GatedLinearLayer>(
                    (GatedLinearLayer.Features, hidden),
                    (GatedLinearLayer.Activation, activation?.Definition.Word ?? GatedLinearLayer.Activation.Default),
                    (GatedLinearLayer.Bias, bias)
                ),
                last,
            ]
            :
            [
                written.Layer<LinearLayer>((LinearLayer.Features, hidden), (LinearLayer.Bias, bias)),
                activation is null ? written.Layer<GeluLayer>() : written.Layer(activation),
                last,
            ];
    }

    private static IReadOnlyList<LayerSpec> WithNorm(WrittenLayers written, Arguments arguments, IReadOnlyList<LayerSpec> layers)
    {
        var norm = written.Layer(arguments.Get(Norm));
        var dropout = arguments.Get(Dropout);
        IReadOnlyList<LayerSpec> branch =
            dropout > 0 ? [.. layers, written.Layer<DropoutLayer>((DropoutLayer.Probability, dropout))] : layers;
        return arguments.Get(Order) == "pre" ? [Residual([norm, .. branch])] : [Residual(branch), norm];

        LayerSpec Residual(IReadOnlyList<LayerSpec> branch) =>
            written.Layer<ResidualLayer>((ResidualLayer.Branch, new EquatableArray<LayerSpec>(branch)));
    }
}
