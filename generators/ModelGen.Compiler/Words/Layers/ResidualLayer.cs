using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class ResidualLayer() : Layer("residual", "x + f(x) for the layers f: He et al. 2015", Branch)
{
    public static readonly LayersParameter Branch = new("layers", "the layers of f") { IsMain = true, IsRequired = true };

    public override bool AddsRows => true;

    public override string ResultName => "x";

    public override string ShapeRule => "[…] -> the same; the layers must keep the shape";

    public override string ExampleInput => "tensor: [6, 4]";

    public override string Example => "residual: { layers: [linear: 4, relu] }";

    public override double CountLayers(Arguments arguments) => 1 + CountLayers(arguments.Get(Branch));

    public override double CountResiduals(Arguments arguments) => 1 + CountResiduals(arguments.Get(Branch));

    public override Shape? ShapeAfterError(LayerContext context) => context.Input.Shape;

    public override Value? Build(LayerContext context)
    {
        if (!context.HasNumbers())
        {
            return null;
        }

        context.AddRow(Word, context.Input.Shape, 0, null);
        if (context.Module.Layers(context.Get(Branch), context.Input, isBranch: true, context.Depth + 1) is not { } branch)
        {
            return null;
        }

        if (!branch.Shape.Equals(context.Input.Shape))
        {
            context.Report(Rules.ResidualShape, null, context.Input.Shape.ToString(), branch.Shape.ToString(), branch.Trail.ToString());
            return null;
        }

        return context.Apply(new Plus(), context.Input, branch);
    }
}
