using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>x Wᵀ [+ b] over the last axis. Operands: x […, n], W [m, n][, b [m]].</summary>
internal sealed record Linear : Op
{
    public override string Name => "linear";

    public override NumericClass NumericClass => NumericClass.Product;

    public override Dim MultiplyAdds(IReadOnlyList<Shape> operands) => Infer(operands).Count * operands[0].Last;

    public override Shape Infer(IReadOnlyList<Shape> operands) => operands[0].WithLast(operands[1].Axes[0]);
}
