using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Evaluation;

/// <summary>
/// Density and coverage (Naeem et al. 2020, "Reliable fidelity and diversity metrics for generative models"), which, unlike precision and
/// recall, a few outliers cannot inflate. With closed balls B(xᵢ) around the M data samples, each reaching to the k-th nearest neighbour
/// among the data, and N generated samples yⱼ,
/// <code>
/// density  = 1 / (kN) Σⱼ Σᵢ 1[yⱼ ∈ B(xᵢ)]
/// coverage = 1 / M Σᵢ 1[some yⱼ ∈ B(xᵢ)]
/// </code>
/// </summary>
/// <param name="Density">How deep in the data manifold generated samples lie: 1 in expectation if both distributions are equal, more if
/// samples cluster in dense regions. Non-negative and unbounded.</param>
/// <param name="Coverage">The share of data samples that have a generated sample nearby. From 0 to 1.</param>
/// <param name="Neighbours">The k used.</param>
public sealed record DensityCoverage(double Density, double Coverage, int Neighbours)
{
    /// <summary>Computes both, block by block: memory grows with the sizes of the sets, not with the number of pairs.</summary>
    /// <param name="generated">The generated images' features [N, d].</param>
    /// <param name="data">The data's features [M, d], from the same extractor and on the same device. The paper uses N = M.</param>
    /// <param name="neighbours">k, by default the paper's 5; both sets need more than k samples.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="ArgumentException">A dtype or a shape is wrong, or a set has no more than <paramref name="neighbours"/>
    /// samples.</exception>
    /// <exception cref="ModelGenException">A value is infinite or NaN.</exception>
    public static DensityCoverage Between(Tensor generated, Tensor data, int neighbours = 5)
    {
        using var scope = NewDisposeScope();
        var (x, y) = PairwiseDistances.Check(generated, data, neighbours);
        var radii = PairwiseDistances.SquaredRadii(y, neighbours).unsqueeze(1);
        long pairs = 0;
        long covered = 0;
        PairwiseDistances.ForEachBlock(y, x, (start, squared) =>
        {
            var inside = squared.le(radii.narrow(0, start, squared.size(0)));
            pairs += inside.sum().cpu().item<long>();
            covered += inside.any(1).sum().cpu().item<long>();
        });
        return new DensityCoverage((double)pairs / ((double)neighbours * x.size(0)), (double)covered / y.size(0), neighbours);
    }
}
