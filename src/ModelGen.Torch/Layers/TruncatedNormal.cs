using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>
/// The normal distribution N(0, deviation²) truncated at two standard deviations, as if redrawn until it is within them.
/// TorchSharp's own <c>trunc_normal_</c> fills a tensor with a single number.
/// </summary>
public static class TruncatedNormal
{
    // erf(sqrt(2)), the probability of being within two standard deviations.
    private const double Within = 0.9544997361036416;

    /// <summary>Fills a tensor, such as a parameter, from torch's global random generator.</summary>
    /// <param name="tensor">Floating-point numbers of any shape.</param>
    /// <param name="deviation">The standard deviation before truncation, above 0; afterwards it is 0.88 times as large.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="deviation"/> is not above 0.</exception>
    public static Tensor Fill(Tensor tensor, double deviation)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (!(deviation > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(deviation), deviation, "The standard deviation must be above 0.");
        }

        // Inverse transform sampling: with u uniform on (-1, 1), x = sqrt(2) erf⁻¹(u) is from N(0, 1).
        using var noGrad = no_grad();
        return tensor
            .uniform_(-Within, Within)
            .erfinv_()
            .TimesInPlace(Math.Sqrt(2) * deviation)
            .ClampInPlace(-2 * deviation, 2 * deviation);
    }
}
