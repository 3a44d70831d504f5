using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>A module class on what it takes; its results have the shapes that the class gives.</summary>
/// <param name="IsRecomputed">Whether backward computes the activations inside again, which changes no result.</param>
internal sealed record Call(bool IsRecomputed) : Op
{
    public override string Name => "call";

    public override NumericClass NumericClass => NumericClass.Exact;

    public override Shape Infer(IReadOnlyList<Shape> operands) => throw new InvalidOperationException("The shape is the class's.");
}
