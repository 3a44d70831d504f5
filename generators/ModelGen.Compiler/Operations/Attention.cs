using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>softmax(Q Kᵀ / sqrt(n)) V for each head. Operands: Q [heads, T, n], K [heads, S, n], V [heads, S, m].</summary>
/// <param name="Dropout">The share of attention weights dropped in training.</param>
/// <param name="IsCausal">Whether each position attends only to itself and earlier ones.</param>
/// <param name="IsDifferentiatedTwice">Whether training differentiates its gradient, which fused kernels do not support.</param>
internal sealed record Attention(double Dropout, bool IsCausal, bool IsDifferentiatedTwice) : Op
{
    public override string Name => "attention";

    public override IReadOnlyList<OpArgument> Arguments => [new("dropout", Dropout), new("causal", IsCausal)];

    public override NumericClass NumericClass => NumericClass.Product;

    // Scores and weighted sums: for each head, a product [T, n] × [n, S] and one [T, S] × [S, m].
    public override Dim MultiplyAdds(IReadOnlyList<Shape> operands) =>
        operands[0].Axes[0] * operands[0].Axes[1] * operands[1].Axes[1] * (operands[0].Last + operands[2].Last);

    public override Shape Infer(IReadOnlyList<Shape> operands) => operands[0].WithLast(operands[2].Last);
}
