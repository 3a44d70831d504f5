using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>
/// Keeps the keys and values of what a decoder attends to, in the first step of a sequence. It computes nothing. Operands: K [groups, S,
/// n], V [groups, S, m], and perhaps the presence [S], which is 0 for those that are left out unless all of them are.
/// </summary>
internal sealed record Remember : Op
{
    public override string Name => "remember";

    public override NumericClass NumericClass => NumericClass.View;

    public override int Results => 0;

    public override Shape Infer(IReadOnlyList<Shape> operands) => throw new InvalidOperationException("It has no result.");
}
