using System.Globalization;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class ConcatLayer() : Layer("concat", "the tensors that `from` names, one after the other along an axis", Along)
{
    private static readonly IntegerParameter Along = Axis.Parameter("the axis along which they are joined", 0);

    public override bool Joins => true;

    public override string ResultName => "joined";

    public override string ShapeRule => "[a, n] and [b, n] -> [a + b, n]";

    public override string ExampleInput => "tensor: [6, 4]";

    public override string Example => "{ concat: { axis: 1 }, from: [input, input] }";

    public override Value? Build(LayerContext context)
    {
        if (!Join.Check(context) || Axis.Find(context, Along) is not { } axis)
        {
            return null;
        }

        var shape = context.Input.Shape;
        if (context.Inputs.Any(input => input.Shape.Rank != shape.Rank || !input.Shape.With(axis, 0).Equals(shape.With(axis, 0))))
        {
            context.Report(
                Rules.JoinShapes,
                "from",
                Word,
                Join.Shapes(context),
                FormattableString.Invariant($"all axes except axis {axis} must be equal")
            );
            return null;
        }

        context.SeesAlong(shape.Axes[axis]);
        return context.Apply(new Concatenate(axis), context.Inputs);
    }
}
