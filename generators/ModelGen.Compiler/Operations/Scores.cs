using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>
/// The scores that a decoding step ends with: x Wᵀ [+ b] over the last axis, which shows x to a search that asks for it. Operands:
/// x […, n], W [m, n][, b [m]].
/// </summary>
internal sealed record Scores : Op
{
    public override string Name => "scores";

    public override NumericClass NumericClass => NumericClass.Product;

    public override Shape Infer(IReadOnlyList<Shape> operands) => operands[0].WithLast(operands[1].Axes[0]);
}
