using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>
/// The normal distribution without what lies beyond two standard deviations: N(0, deviation²), drawn again until it is within.
/// TorchSharp's own <c>trunc_normal_</c> fills a tensor with one and the same number.
/// </summary>
public static class TruncatedNormal
{
    // erf(sqrt(2)), the probability of being within two deviations.
    private const double Within = 0.9544997361036416;

    /// <summary>Fills a tensor, a parameter for example, from torch's global random numbers.</summary>
    /// <param name="tensor">Floating-point numbers of any shape.</param>
    /// <param name="deviation">The standard deviation before the cut, above 0; after it, it is 0.88 times as large.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="deviation"/> is not above 0.</exception>
    public static Tensor Fill(Tensor tensor, double deviation)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (!(deviation > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(deviation), deviation, "The deviation must be above 0.");
        }

        // Where the distribution function of N(0, 1) is uniform, the number is normal: x = sqrt(2) erf⁻¹(u).
        using var noGrad = no_grad();
        return tensor
            .uniform_(-Within, Within)
            .erfinv_()
            .TimesInPlace(Math.Sqrt(2) * deviation)
            .ClampInPlace(-2 * deviation, 2 * deviation);
    }
}
