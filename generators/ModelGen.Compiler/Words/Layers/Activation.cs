using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words.Layers;

/// <summary>An element-wise function.</summary>
internal abstract class Activation(string word, string summary, params Parameter[] parameters) : Layer(word, summary, parameters)
{
    public override string ResultName => "activated";

    public override string ShapeRule => "[…] -> […]";

    public override string ExampleInput => "tensor: [6, 4]";

    public override string Example => Word;

    public override Shape? ShapeAfterError(LayerContext context) => context.Input.Shape;

    public override Value? Build(LayerContext context) => context.HasNumbers() ? context.Apply(Op(context)) : null;

    /// <summary>What it computes.</summary>
    protected abstract Op Op(LayerContext context);
}
