using ModelGen.Native;
using ModelGen.RandomNumbers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Evaluation;

/// <summary>
/// The kernel distance between two sets of features (Bińkowski et al. 2018, "Demystifying MMD GANs"; with the features of Inception v3
/// it is the KID): the unbiased estimate of the squared maximum mean discrepancy under the kernel k(x, y) = (xᵀy / d + 1)³,
/// <code>MMD² = Σ_{i≠j} k(xᵢ, xⱼ) / (m (m − 1)) + Σ_{i≠j} k(yᵢ, yⱼ) / (m (m − 1)) − 2 Σ_{i,j} k(xᵢ, yⱼ) / m²</code>
/// averaged over random subsets of m samples from each set, drawn without replacement. Unlike the Fréchet distance, its expectation does
/// not depend on the number of samples; being unbiased, it can be slightly negative.
/// </summary>
/// <param name="Mean">The mean of MMD² over the subsets.</param>
/// <param name="StandardDeviation">The standard deviation over the subsets, with the number of subsets as the divisor: that of a single
/// subset's estimate, not the standard error of the mean.</param>
/// <param name="Subsets">The number of subsets drawn.</param>
/// <param name="SubsetSize">The number m of samples from each set in a subset.</param>
public sealed record KernelDistance(double Mean, double StandardDeviation, int Subsets, int SubsetSize)
{
    /// <summary>Computes the distance.</summary>
    /// <param name="generated">The generated images' features [N, d].</param>
    /// <param name="data">The data's features [M, d], from the same extractor and on the same device.</param>
    /// <param name="subsets">The number of subsets to draw.</param>
    /// <param name="subsetSize">The number of samples from each set in a subset, at least 2; reduced to the size of the smaller set if that
    /// has fewer.</param>
    /// <param name="seed">Seeds the choice of the subsets.</param>
    /// <returns>The distance.</returns>
    /// <exception cref="ArgumentException">A dtype or a shape is wrong, or a set has fewer than two samples.</exception>
    /// <exception cref="ModelGenException">A value is infinite or NaN.</exception>
    public static KernelDistance Between(Tensor generated, Tensor data, int subsets = 100, int subsetSize = 1000, ulong seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(subsets);
        ArgumentOutOfRangeException.ThrowIfLessThan(subsetSize, 2);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var x = FeatureMatrix.ToFloat64(generated, nameof(generated), atLeast: 2);
        var y = FeatureMatrix.ToFloat64(data, nameof(data), atLeast: 2);
        FeatureMatrix.CheckSameSpace(x, y, nameof(data));
        var size = (int)Math.Min(subsetSize, Math.Min(x.size(0), y.size(0)));
        var values = new double[subsets];

        // One buffer for all subsets: glibc's allocator does not reuse freed blocks of this size, so its heap would grow with each.
        var kernel = zeros([size, size], dtype: ScalarType.Float64, device: x.device);
        for (var subset = 0; subset < subsets; subset++)
        {
            using var subsetScope = NewDisposeScope();
            values[subset] = SquaredDiscrepancy(Subset(x, size, seed, 2 * subset), Subset(y, size, seed, (2 * subset) + 1), kernel);
        }

        var mean = values.Average();
        return new KernelDistance(mean, Math.Sqrt(values.Average(value => (value - mean) * (value - mean))), subsets, size);
    }

    private static Tensor Subset(Tensor features, int size, ulong seed, int index)
    {
        var permutation = new RandomPermutation(
            CounterRandom.Bits(seed, CounterRandom.Stream.KernelSubsets, (ulong)index),
            features.size(0)
        );
        var rows = new long[size];
        for (var row = 0; row < size; row++)
        {
            rows[row] = permutation[row];
        }

        return features.index_select(0, tensor(rows, device: features.device));
    }

    private static double SquaredDiscrepancy(Tensor x, Tensor y, Tensor kernel)
    {
        var m = (double)x.size(0);
        var sum = SumWithoutDiagonal(Fill(kernel, x, x)).Plus(SumWithoutDiagonal(Fill(kernel, y, y))).DividedBy(m * (m - 1));
        return (sum - Fill(kernel, x, y).sum().Times(2 / (m * m))).cpu().item<double>();
    }

    private static Tensor Fill(Tensor kernel, Tensor x, Tensor y) =>
        kernel.addmm_(x, y.t(), beta: 0, alpha: 1).DivideInPlace(x.size(1)).AddInPlace(1).PowInPlace(3);

    private static Tensor SumWithoutDiagonal(Tensor kernel) => kernel.sum() - kernel.trace();
}
