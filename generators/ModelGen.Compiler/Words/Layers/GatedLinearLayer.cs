using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class GatedLinearLayer()
    : Layer(
        "gated-linear",
        "activation(x Wᵀ + b) * (x Vᵀ + c) over the last axis, where the weight holds W above V; with `silu` and a `linear` after it, the "
            + "feed-forward network SwiGLU, with `gelu` GEGLU: Shazeer 2020",
        Features,
        Activation,
        Bias,
        Initialiser.OfLayer
    )
{
    // One linear map gives twice as many.
    public const int MaximumFeatures = 1 << 30;

    /// <summary>The words of the layers that compute the gate.</summary>
    public static readonly string[] Activations = ["silu", "gelu", "relu", "sigmoid"];

    public static readonly IntegerParameter Features = new("features", "the length of the last axis of the result")
    {
        IsMain = true,
        IsRequired = true,
        Maximum = MaximumFeatures,
    };

    public static readonly ChoiceParameter Activation = new("activation", "the function of the gate", Activations) { Default = "silu" };

    public static readonly FlagParameter Bias = new("bias", "whether b and c are added") { Default = true };

    public override string ResultName => "gated";

    public override string ShapeRule => "[…, n] -> […, features]";

    public override string ExampleInput => "tensor: [6, 4]";

    public override string Example => "gated-linear: { features: 8, activation: gelu, bias: false, initialiser: xavier-uniform }";

    public override Shape? ShapeAfterError(LayerContext context) =>
        context.Input.Shape.Rank > 0 ? context.Input.Shape.WithLast(context.Get(Features)) : null;

    public override Value? Build(LayerContext context)
    {
        if (!context.HasFeatures(out _))
        {
            return null;
        }

        var features = context.Get(Features);
        var both = LinearLayer.Add(context, null, context.Input, 2 * features, context.Get(Bias)).Called("both");

        // One operation for both halves, whose backward writes their gradients side by side.
        var halves = context.ApplyAll(
            new Unbind(context.Input.Shape.Rank - 1, 2),
            context.Apply(new Unflatten(new([2, features])), both).Called("halves")
        );
        Op activation = context.Get(Activation) switch
        {
            "gelu" => new Gelu(IsApproximate: false),
            "relu" => new Relu(),
            "sigmoid" => new Sigmoid(),
            _ => new Silu(),
        };
        return context.Apply(new Times(), context.Apply(activation, halves[0].Called("gate")).Called("opened"), halves[1].Called("value"));
    }
}
