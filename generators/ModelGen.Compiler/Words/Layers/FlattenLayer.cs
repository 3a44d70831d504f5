using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class FlattenLayer() : Layer("flatten", "all axes of a sample merged into one")
{
    public override string ResultName => "flat";

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
        return context.Apply(new Flatten(From: 0, IsCopy: false));
    }
}
