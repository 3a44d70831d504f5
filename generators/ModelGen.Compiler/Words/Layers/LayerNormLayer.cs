using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class LayerNormLayer()
    : Layer(
        "layer-norm",
        "(x - mean) / sqrt(variance + epsilon) * weight + bias over the last axes of each sample: Ba et al. 2016",
        Axes,
        Epsilon,
        Bias
    )
{
    private static readonly IntegerParameter Axes = new("axes", "how many of the last axes are normalised together")
    {
        Default = 1,
        Maximum = 8,
    };

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
        if (!context.HasNumbers())
        {
            return null;
        }

        var shape = context.Input.Shape;
        var axes = context.Get(Axes);
        if (axes > shape.Rank)
        {
            return context.OutOfRange(Axes, NumberText.Of(axes), $"at most {shape.Rank}, the number of axes of {shape}");
        }

        var lengths = shape.Axes.Skip(shape.Rank - (int)axes).Select(static axis => axis.Constant).ToArray();
        if (lengths.Contains(null))
        {
            return context.Fail($"needs last axes of fixed length; it gets {shape}");
        }

        var normalised = lengths.Select(static length => length!.Value).ToArray();
        context.WarnIfConstant(
            normalised.Aggregate((Dim)1, static (product, length) => product * length),
            "a single element",
            context.Get(Bias) ? "its bias" : "0",
            "normalise over more axes, or remove the layer"
        );
        var op = new LayerNorm(context.Get(Epsilon));
        StateEntry weight = new("weight", normalised);
        if (!context.Get(Bias))
        {
            return context.Apply(op, context.Input, context.AddPart(op, null, WeightRole.None, weight).Weight("weight"));
        }

        var part = context.AddPart(op, null, WeightRole.None, weight, new("bias", normalised));
        return context.Apply(op, context.Input, part.Weight("weight"), part.Weight("bias"));
    }
}
