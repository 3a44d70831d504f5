using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class RmsNormLayer()
    : Layer(
        "rms-norm",
        "x / sqrt(mean of x² + epsilon) * weight over the last axes of each sample: Zhang and Sennrich 2019",
        LastAxes.Count,
        Epsilon
    )
{
    /// <summary>Small beside the mean square of a vector that has been initialised.</summary>
    public const double DefaultEpsilon = 1e-6;

    private static readonly NumberParameter Epsilon = new("epsilon", "added to the mean")
    {
        Default = DefaultEpsilon,
        Range = Language.Range.Positive,
    };

    public override string ResultName => "normed";

    public override string ShapeRule => "[…, n] -> […, n]";

    public override string ExampleInput => "tensor: [6, 4]";

    public override string Example => "rms-norm: { axes: 2, epsilon: 1e-5 }";

    public override Shape? ShapeAfterError(LayerContext context) => context.Input.Shape;

    public override Value? Build(LayerContext context)
    {
        if (LastAxes.Of(context) is not { } lengths)
        {
            return null;
        }

        LastAxes.WarnIfOne(context, lengths, "plus or minus its weight");
        var op = new RmsNorm(context.Get(Epsilon));
        return context.Apply(
            op,
            context.Input,
            context.AddPart(op, null, WeightRole.None, new StateEntry("weight", lengths)).Weight("weight")
        );
    }
}
