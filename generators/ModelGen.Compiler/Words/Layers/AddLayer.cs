using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class AddLayer() : Layer("add", "the sum of the tensors that `from` names")
{
    public override bool Joins => true;

    public override string ResultName => "sum";

    public override string ShapeRule => "[…] and […] of one shape -> the same";

    public override string ExampleInput => "tensor: [6, 4]";

    public override string Example => "{ add, from: [input, input] }";

    public override Value? Build(LayerContext context)
    {
        if (!Join.Check(context))
        {
            return null;
        }

        var shape = context.Input.Shape;
        if (context.Inputs.FirstOrDefault(input => !input.Shape.Equals(shape)) is not null)
        {
            context.Report(Rules.JoinShapes, "from", Word, Join.Shapes(context), "the shapes must be equal");
            return null;
        }

        return context.Inputs.Skip(1).Aggregate(context.Input, (sum, next) => context.Apply(new Plus(), sum, next));
    }
}
