using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class LayerNormLayer()
    : Layer(
        "layer-norm",
        "(x - mean) / sqrt(variance + epsilon) * weight + bias over the last axes of each sample: Ba et al. 2016",
        LastAxes.Count,
        Epsilon,
        Bias
    )
{
    private static readonly NumberParameter Epsilon = new("epsilon", "added to the variance")
    {
        Default = 1e-5,
        Range = Language.Range.Positive,
    };

    private static readonly FlagParameter Bias = new("bias", "whether there is a bias") { Default = true };

    public override string ResultName => "normed";

    public override string ShapeRule => "[…, n] -> […, n]";

    public override string ExampleInput => "tensor: [6, 4]";

    public override string Example => "layer-norm: { axes: 1, epsilon: 1e-6, bias: false }";

    public override Shape? ShapeAfterError(LayerContext context) => context.Input.Shape;

    public override Value? Build(LayerContext context)
    {
        if (LastAxes.Of(context) is not { } lengths)
        {
            return null;
        }

        LastAxes.WarnIfOne(context, lengths, context.Get(Bias) ? "its bias" : "0");
        var op = new LayerNorm(context.Get(Epsilon));
        StateEntry weight = new("weight", lengths);
        if (!context.Get(Bias))
        {
            return context.Apply(op, context.Input, context.AddPart(op, null, WeightRole.None, weight).Weight("weight"));
        }

        var part = context.AddPart(op, null, WeightRole.None, weight, new("bias", lengths));
        return context.Apply(op, context.Input, part.Weight("weight"), part.Weight("bias"));
    }
}
