using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Evaluation;

/// <summary>
/// Count, mean and covariance of feature vectors, accumulated batch by batch in Float64, so that the features need not be kept.
/// </summary>
/// <remarks>
/// Batches are merged by the pairwise update of Chan, Golub and LeVeque 1983 ("Algorithms for computing the sample variance"), which
/// does not subtract large sums from each other: with δ the difference of the two means, S ← S₁ + S₂ + δδᵀ n₁n₂ / (n₁ + n₂).
/// </remarks>
public sealed class FeatureStatistics : IDisposable
{
    private readonly Tensor _mean;
    private readonly Tensor _scatter;

    /// <summary>Creates empty statistics.</summary>
    /// <param name="dimension">The length d of the vectors.</param>
    public FeatureStatistics(long dimension)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimension);
        Native.Libtorch.Load();
        Dimension = dimension;
        _mean = zeros([dimension], dtype: ScalarType.Float64).DetachFromDisposeScope();
        _scatter = zeros([dimension, dimension], dtype: ScalarType.Float64).DetachFromDisposeScope();
    }

    /// <summary>The length of the vectors.</summary>
    public long Dimension { get; }

    /// <summary>The number of vectors added.</summary>
    public long Count { get; private set; }

    /// <summary>Computes the statistics of features in one tensor.</summary>
    /// <param name="features">[N, d].</param>
    /// <returns>The statistics, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">The dtype or the shape is wrong.</exception>
    /// <exception cref="ModelGenException">A value is infinite or NaN.</exception>
    public static FeatureStatistics Of(Tensor features)
    {
        using var checkedFeatures = FeatureMatrix.ToFloat64(features, nameof(features));
        var statistics = new FeatureStatistics(checkedFeatures.size(1));
        statistics.Merge(checkedFeatures);
        return statistics;
    }

    /// <summary>Adds a batch.</summary>
    /// <param name="features">[n, d], on any device.</param>
    /// <exception cref="ArgumentException">The dtype or the shape is wrong.</exception>
    /// <exception cref="ModelGenException">A value is infinite or NaN.</exception>
    public void Add(Tensor features)
    {
        using var checkedFeatures = FeatureMatrix.ToFloat64(features, nameof(features));
        if (checkedFeatures.size(1) != Dimension)
        {
            throw new ArgumentException(
                $"These statistics expect vectors of length {Dimension}; got {checkedFeatures.size(1)}.",
                nameof(features)
            );
        }

        Merge(checkedFeatures);
    }

    /// <summary>The mean μ.</summary>
    /// <returns>A new Float64 tensor [d] on the CPU.</returns>
    /// <exception cref="InvalidOperationException">Nothing has been added.</exception>
    public Tensor Mean()
    {
        if (Count < 1)
        {
            throw new InvalidOperationException("No features have been added, so there is no mean.");
        }

        return _mean.clone();
    }

    /// <summary>The covariance Σ, with N − 1 as the divisor.</summary>
    /// <returns>A new Float64 tensor [d, d] on the CPU.</returns>
    /// <exception cref="InvalidOperationException">Fewer than two vectors have been added.</exception>
    public Tensor Covariance()
    {
        if (Count < 2)
        {
            throw new InvalidOperationException($"A covariance needs at least two feature vectors; {Count} have been added.");
        }

        return _scatter.DividedBy(Count - 1);
    }

    /// <summary>Frees the sums.</summary>
    public void Dispose()
    {
        _mean.Dispose();
        _scatter.Dispose();
    }

    private void Merge(Tensor features)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var added = features.size(0);
        var mean = features.mean([0L]);
        var centered = features - mean;
        var scatter = centered.t().mm(centered).cpu();
        var delta = mean.cpu() - _mean;
        var total = Count + added;
        _scatter.AddInPlace(scatter).AddInPlace(delta.outer(delta).Times((double)Count * added / total));
        _mean.AddInPlace(delta.Times((double)added / total));
        Count = total;
    }
}
