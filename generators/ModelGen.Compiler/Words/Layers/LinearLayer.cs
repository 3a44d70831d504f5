using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class LinearLayer()
    : Layer("linear", "x Wᵀ + b over the last axis", Features, Bias, SpectralNormalisation.Parameter, Initialiser.OfLayer)
{
    public static readonly IntegerParameter Features = new("features", "the length of the last axis of the result")
    {
        IsMain = true,
        IsRequired = true,
    };

    public static readonly FlagParameter Bias = new("bias", "whether b is added") { Default = true };

    public override string ShapeRule => "[…, n] -> […, features]";

    public override string ExampleInput => "tensor: [6, 4]";

    public override string Example => "linear: { features: 8, bias: false, spectral-norm: true, initialiser: xavier-uniform }";

    public override Shape? ShapeAfterError(LayerContext context) =>
        context.Input.Shape.Rank > 0 ? context.Input.Shape.WithLast(context.Get(Features)) : null;

    public override Value? Build(LayerContext context) =>
        context.HasFeatures(out _)
            ? Add(
                context,
                null,
                context.Input,
                context.Get(Features),
                context.Get(Bias),
                isSpectral: context.Get(SpectralNormalisation.Parameter)
            )
            : null;

    /// <summary>Adds a linear map of <paramref name="input"/>, whose last axis has a fixed length.</summary>
    public static Value Add(
        LayerContext context,
        string? name,
        Value input,
        long to,
        bool bias,
        WeightRole role = WeightRole.Last,
        bool isSpectral = false
    ) =>
        Weighted.Apply(
            context,
            new Linear(),
            name,
            role,
            input,
            [to, input.Shape.Last.Constant!.Value],
            bias ? to : null,
            isSpectral ? 0 : null
        );
}
