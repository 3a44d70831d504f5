using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>
/// A logit for each token: x Wᵀ, with the vectors of the vocabulary as the rows of W. Operands: x [T, n], W [vocabulary, n].
/// </summary>
internal sealed record Unembed : Op
{
    public override string Name => "unembed";

    public override bool HasIndependentRows => true;

    public override NumericClass NumericClass => NumericClass.Product;

    public override Dim MultiplyAdds(IReadOnlyList<Shape> operands) => Infer(operands).Count * operands[0].Last;

    public override Shape Infer(IReadOnlyList<Shape> operands) => operands[0].WithLast(operands[1].Axes[0]);
}
