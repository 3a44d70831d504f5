using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Evaluation;

/// <summary>
/// Improved precision and recall (Kynkäänniemi et al. 2019, "Improved precision and recall metric for assessing generative models").
/// A set's manifold is estimated as the union of closed balls around its members, each reaching to the member's k-th nearest neighbour in
/// the set.
/// </summary>
/// <param name="Precision">The share of generated samples that lie in the data manifold: how many look real. From 0 to 1.</param>
/// <param name="Recall">The share of data samples that lie in the generated samples' manifold: how much of the data the model can generate.
/// From 0 to 1.</param>
/// <param name="Neighbours">The k used.</param>
public sealed record PrecisionRecall(double Precision, double Recall, int Neighbours)
{
    /// <summary>Computes both, block by block: memory grows with the sizes of the sets, not with the number of pairs.</summary>
    /// <param name="generated">The generated images' features [N, d].</param>
    /// <param name="data">The data's features [M, d], from the same extractor and on the same device. The paper uses N = M.</param>
    /// <param name="neighbours">k, by default the paper's 3; both sets need more than k samples.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="ArgumentException">A dtype or a shape is wrong, or a set has no more than <paramref name="neighbours"/>
    /// samples.</exception>
    /// <exception cref="ModelGenException">A value is infinite or NaN.</exception>
    public static PrecisionRecall Between(Tensor generated, Tensor data, int neighbours = 3)
    {
        using var scope = NewDisposeScope();
        var (x, y) = PairwiseDistances.Check(generated, data, neighbours);
        return new PrecisionRecall(ShareInside(x, y, neighbours), ShareInside(y, x, neighbours), neighbours);
    }

    /// <summary>The share of samples that lie in at least one ball of the set.</summary>
    private static double ShareInside(Tensor samples, Tensor set, int neighbours)
    {
        var radii = PairwiseDistances.SquaredRadii(set, neighbours);
        long inside = 0;
        PairwiseDistances.ForEachBlock(samples, set, (_, squared) => inside += squared.le(radii).any(1).sum().cpu().item<long>());
        return (double)inside / samples.size(0);
    }
}
