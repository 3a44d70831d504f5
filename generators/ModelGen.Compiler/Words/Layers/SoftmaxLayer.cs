using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class SoftmaxLayer() : Layer("softmax", "exp(x) / Σ exp(x) over an axis", Over)
{
    private static readonly IntegerParameter Over = Axis.Parameter("the axis that sums to one", -1);

    public override string ResultName => "probabilities";

    public override string ShapeRule => "[…] -> […]";

    public override string ExampleInput => "tensor: [6, 4]";

    public override string Example => "softmax: { axis: 0 }";

    public override Shape? ShapeAfterError(LayerContext context) => context.Input.Shape;

    public override Value? Build(LayerContext context)
    {
        if (!context.HasNumbers() || Axis.Find(context, Over) is not { } axis)
        {
            return null;
        }

        context.WarnIfConstant(context.Input.Shape.Axes[axis], "an axis of length 1", "1", "choose another axis, or 'sigmoid'");
        context.SeesAlong(context.Input.Shape.Axes[axis]);
        return context.Apply(new Softmax(axis));
    }
}
