using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Layers;

internal sealed class FlattenLayer() : Layer("flatten", "all axes of a sample as one")
{
    public override bool KeepsFinite => true;

    public override string ShapeRule => "[a, b, …] -> [a * b * …]";

    public override string ExampleInput => "tensor: [6, 4]";

    public override string Example => "flatten";

    public override Value? Build(LayerContext context)
    {
        if (!context.HasNumbers())
        {
            return null;
        }

        context.Reorders(context.Input.Shape);
        return context.Apply(Arithmetic.View, "$0.flatten(1)", new Shape(context.Input.Shape.Count));
    }
}
