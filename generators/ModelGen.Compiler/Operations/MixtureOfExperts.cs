using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>
/// The sum of the results of the top k of some module classes, the experts, on each vector of x, weighed by p = softmax(x Wᵀ): where k is
/// 1 by the expert's p, otherwise by its share of the p of those k; of equal p the first is taken. Operands: x […, n], W [experts, n].
/// </summary>
/// <param name="TopK">k.</param>
/// <param name="Balance">The weight of the load-balancing loss in training.</param>
/// <param name="ZLoss">The weight of the router's z-loss in training.</param>
internal sealed record MixtureOfExperts(long TopK, double Balance, double ZLoss) : Op
{
    /// <summary>The length of an expert's result. The experts determine it, so it is not hashed.</summary>
    public long Features { get; init; }

    /// <summary>The multiply-adds of an expert on one vector.</summary>
    public Dim Each { get; init; } = 0;

    public override string Name => "mixture-of-experts";

    public override IReadOnlyList<OpArgument> Arguments => [new("top-k", TopK), new("balance", Balance), new("z-loss", ZLoss)];

    // The router's probabilities. The experts are module classes, which have a precision of their own inside.
    public override NumericClass NumericClass => NumericClass.Exact;

    public override Shape Infer(IReadOnlyList<Shape> operands) => operands[0].WithLast(Features);

    public override Dim MultiplyAdds(IReadOnlyList<Shape> operands) =>
        Vectors(operands[0]).Count * ((operands[1].Axes[0] * operands[1].Last) + (TopK * Each));

    /// <summary>The axes of x except for the last: how many vectors it holds.</summary>
    public static Shape Vectors(Shape x) => new(new EquatableArray<Dim>(x.Axes.Take(x.Rank - 1)));
}
