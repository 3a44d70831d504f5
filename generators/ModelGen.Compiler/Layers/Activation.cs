using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Layers;

/// <summary>A function of each element alone.</summary>
internal abstract class Activation(string word, string summary, params Parameter[] parameters) : Layer(word, summary, parameters)
{
    public override string ShapeRule => "[…] -> […]";

    public override string ExampleInput => "tensor: [6, 4]";

    public override string Example => Word;

    public override Shape? ShapeAfterError(LayerContext context) => context.Input.Shape;

    public override Value? Build(LayerContext context) =>
        context.HasNumbers() ? context.Apply(Arithmetic, Expression(context), context.Input.Shape) : null;

    /// <summary>In which precision it works.</summary>
    protected abstract Arithmetic Arithmetic { get; }

    /// <summary>The C# with $0 for the input.</summary>
    protected abstract string Expression(LayerContext context);
}
