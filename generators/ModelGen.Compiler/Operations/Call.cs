using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>A call of a module class; its results have the shapes of the class's outputs.</summary>
/// <param name="IsRecomputed">Whether backward recomputes the activations inside, which does not change the results.</param>
internal sealed record Call(bool IsRecomputed) : Op
{
    public override string Name => "call";

    public override NumericClass NumericClass => NumericClass.Exact;

    public override Shape Infer(IReadOnlyList<Shape> operands) => throw new InvalidOperationException("The shapes are those of the class.");
}
