using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>
/// softmax(Q Kᵀ / sqrt(n)) V for each head. Operands: Q [heads, T, n], K [heads / group, S, n], V [heads / group, S, m]; consecutive heads
/// of Q share one of K and V. Perhaps also the presence [S], which is 0 for those that only they themselves see or, where keys are those of
/// another sequence, for those that none sees unless all of them are; and, last, the documents [S]: a position sees only those of its own
/// number.
/// </summary>
/// <param name="Dropout">The share of attention weights dropped in training.</param>
/// <param name="IsCausal">Whether each position attends only to itself and earlier ones.</param>
/// <param name="IsDifferentiatedTwice">Whether training differentiates its gradient, which fused kernels do not support.</param>
internal sealed record Attention(double Dropout, bool IsCausal, bool IsDifferentiatedTwice) : Op
{
    /// <summary>How many heads of Q share one of K and V.</summary>
    public long Group { get; init; } = 1;

    /// <summary>How far a position sees: to those less than this away; null for all.</summary>
    public long? Window { get; init; }

    /// <summary>Whether scores fall with the distance, at a slope of each head's own: Press et al. 2022.</summary>
    public bool HasSlopes { get; init; }

    /// <summary>Whether its last operand tells documents, which do not see each other.</summary>
    public bool KeepsDocumentsApart { get; init; }

    /// <summary>Whether keys and values are those of another sequence.</summary>
    public bool IsCross { get; init; }

    public override string Name => "attention";

    // What is not used is not hashed, so that a model from before it was there keeps its fingerprint.
    public override IReadOnlyList<OpArgument> Arguments =>
        [
            new("dropout", Dropout),
            new("causal", IsCausal),
            .. Group > 1 ? [new OpArgument("group", Group)] : Array.Empty<OpArgument>(),
            .. Window is { } window ? [new OpArgument("window", window)] : Array.Empty<OpArgument>(),
            .. KeepsDocumentsApart ? [new OpArgument("documents-apart", true)] : Array.Empty<OpArgument>(),
            .. HasSlopes ? [new OpArgument("slopes", true)] : Array.Empty<OpArgument>(),
            .. IsCross ? [new OpArgument("cross", true)] : Array.Empty<OpArgument>(),
        ];

    public override NumericClass NumericClass => NumericClass.Product;

    // Scores and weighted sums: for each head, a product [T, n] × [n, S] and one [T, S] × [S, m].
    public override Dim MultiplyAdds(IReadOnlyList<Shape> operands) =>
        operands[0].Axes[0] * operands[0].Axes[1] * operands[1].Axes[1] * (operands[0].Last + operands[2].Last);

    public override Shape Infer(IReadOnlyList<Shape> operands) => operands[0].WithLast(operands[2].Last);

    public override Kept Kept => Kept.Inputs | Kept.Result;

    /// <summary>
    /// Whether libtorch's fused kernel computes it on the CPU, which keeps no weights and lays its result out by position.
    /// </summary>
    public bool IsFused => Dropout == 0 && !IsDifferentiatedTwice;

    // Keys and values that heads share are repeated for each; what is hidden is a number for each pair of positions where it depends on
    // the sequence. A fused kernel keeps the logarithm of each position's sum; otherwise all weights are kept and, with dropout, its mask
    // and what it leaves, and copies of Q and K that are scaled.
    public override Dim KeptBesides(IReadOnlyList<Shape> operands)
    {
        var (query, key, value) = (operands[0], operands[1], operands[2]);
        var (heads, pairs) = (query.Axes[0], query.Axes[1] * key.Axes[1]);
        var repeated = Group > 1 ? heads * key.Axes[1] * (key.Last + value.Last) : 0;
        var hidden =
            operands.Count == 3 ? 0
            : IsCross ? key.Axes[1]
            : HasSlopes ? heads * pairs
            : pairs;
        var scaled = query.Count + (heads * key.Axes[1] * key.Last);
        var own = IsFused ? heads * query.Axes[1] : (heads * pairs * (Dropout > 0 ? 3 : 1)) + scaled;
        return repeated + hidden + own;
    }
}
