using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Evaluation;

/// <summary>
/// The Fréchet distance between two sets of features, each modelled as a normal distribution (Heusel et al. 2017, "GANs trained by a two
/// time-scale update rule converge to a local Nash equilibrium"; with the features of Inception v3 it is the FID):
/// <code>d² = ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2 (Σ₁Σ₂)^½)</code>
/// It is 0 for equal distributions and grows without bound. Like the FID it is reported as d², without the square root.
/// </summary>
/// <remarks>
/// The trace of the root is the sum of the singular values of Σ₁^½ Σ₂^½, with the roots from symmetric eigendecompositions: these are the
/// eigenvalues of (Σ₁^½ Σ₂ Σ₁^½)^½, computed without squaring, so that singular covariances lose no precision. Everything is in Float64.
/// Estimates from few samples are biased upwards, and the biases of two models are about equal only if both have the same number of samples
/// (Bińkowski et al. 2018): only compare figures from equal sample counts.
/// </remarks>
/// <param name="Value">The distance d², non-negative.</param>
/// <param name="MeanTerm">Its part ‖μ₁ − μ₂‖².</param>
/// <param name="CovarianceTerm">Its part tr(Σ₁ + Σ₂ − 2 (Σ₁Σ₂)^½).</param>
/// <param name="HasTooFewSamples">True if a set has no more samples than features (N ≤ d): its covariance is then singular whatever the
/// distribution, and the figure mostly reflects the small sample size.</param>
public sealed record FrechetDistance(double Value, double MeanTerm, double CovarianceTerm, bool HasTooFewSamples)
{
    private const double RelativeRounding = 1.0 / (1L << 52);

    /// <summary>Computes the distance from accumulated statistics.</summary>
    /// <param name="generated">The generated images' features.</param>
    /// <param name="data">The data's features, from the same extractor.</param>
    /// <returns>The distance; it is symmetric in its arguments.</returns>
    /// <exception cref="ArgumentException">The vectors differ in length.</exception>
    /// <exception cref="InvalidOperationException">A set has fewer than two samples.</exception>
    public static FrechetDistance Between(FeatureStatistics generated, FeatureStatistics data)
    {
        ArgumentNullException.ThrowIfNull(generated);
        ArgumentNullException.ThrowIfNull(data);
        if (generated.Dimension != data.Dimension)
        {
            throw new ArgumentException(
                $"Both sets need vectors of the same length; these have {generated.Dimension} and {data.Dimension}. Compute both "
                    + "with the same extractor.",
                nameof(data)
            );
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var meanTerm = (generated.Mean() - data.Mean()).Squared().sum().item<double>();
        var covariance1 = generated.Covariance();
        var covariance2 = data.Covariance();
        var roots = linalg.svdvals(Factor(covariance1).t().mm(Factor(covariance2)));
        var covarianceTerm = (covariance1.trace().Plus(covariance2.trace()) - roots.sum().Times(2)).item<double>();

        // The term is never negative; rounding can make it so.
        covarianceTerm = Math.Max(0, covarianceTerm);
        var hasTooFewSamples = Math.Min(generated.Count, data.Count) <= generated.Dimension;
        return new FrechetDistance(meanTerm + covarianceTerm, meanTerm, covarianceTerm, hasTooFewSamples);
    }

    /// <summary>Computes the distance from feature tensors.</summary>
    /// <param name="generated">The generated images' features [N, d].</param>
    /// <param name="data">The data's features [M, d], from the same extractor.</param>
    /// <returns>The distance; it is symmetric in its arguments.</returns>
    /// <exception cref="ArgumentException">A dtype or a shape is wrong.</exception>
    /// <exception cref="InvalidOperationException">A set has fewer than two samples.</exception>
    /// <exception cref="ModelGenException">A value is infinite or NaN.</exception>
    public static FrechetDistance Between(Tensor generated, Tensor data)
    {
        using var generatedStatistics = FeatureStatistics.Of(generated);
        using var dataStatistics = FeatureStatistics.Of(data);
        return Between(generatedStatistics, dataStatistics);
    }

    /// <summary>
    /// A matrix A with A Aᵀ = Σ. It can replace the root, which is A rotated by the eigenvectors: rotations leave singular values
    /// unchanged.
    /// </summary>
    private static Tensor Factor(Tensor covariance)
    {
        var (eigenvalues, eigenvectors) = linalg.eigh(covariance);

        // The rounding error in a singular matrix's zero eigenvalues: the square root would magnify it by eight digits.
        var rounding = eigenvalues.abs().max().Times(covariance.size(0) * RelativeRounding);
        return eigenvectors * eigenvalues.MaskedFill(eigenvalues.le(rounding), 0).sqrt();
    }
}
