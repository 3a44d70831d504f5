using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>softmax(Q Kᵀ / sqrt(n)) V for each head. Operands: Q [heads, T, n], K [heads, S, n], V [heads, S, m].</summary>
/// <param name="Dropout">The share of attention weights dropped in training.</param>
/// <param name="IsCausal">Whether a position sees only itself and those before it.</param>
/// <param name="IsDifferentiatedTwice">Whether training differentiates its gradient, for which fused kernels are of no use.</param>
internal sealed record Attention(double Dropout, bool IsCausal, bool IsDifferentiatedTwice) : Op
{
    public override string Name => "attention";

    public override IReadOnlyList<OpArgument> Arguments => [new("dropout", Dropout), new("causal", IsCausal)];

    public override NumericClass NumericClass => NumericClass.Product;

    // Scores and weighted sums: a product of T × n by S and one of T × S by m for each head.
    public override Dim MultiplyAdds(IReadOnlyList<Shape> operands) =>
        operands[0].Axes[0] * operands[0].Axes[1] * operands[1].Axes[1] * (operands[0].Last + operands[2].Last);

    public override Shape Infer(IReadOnlyList<Shape> operands) => operands[0].WithLast(operands[2].Last);
}
