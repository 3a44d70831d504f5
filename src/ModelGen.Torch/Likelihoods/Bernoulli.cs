using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Likelihoods;

/// <summary>
/// A Bernoulli distribution for each pixel: log p(x | z) = Σ x log p + (1 − x) log(1 − p) with p = sigmoid(output). For pixels between 0
/// and 1 it is the usual reconstruction term, though not the log of a normalised density (Loaiza-Ganem and Cunningham 2019).
/// </summary>
public sealed class Bernoulli() : Likelihood(nameof(Bernoulli))
{
    /// <inheritdoc/>
    public override Tensor LogProbability(Tensor output, Tensor samples)
    {
        using var loss = nn.functional.binary_cross_entropy_with_logits(output, samples, reduction: nn.Reduction.None);
        using var sum = SumOverValues(loss);
        return sum.neg();
    }

    /// <inheritdoc/>
    public override Tensor Mean(Tensor output) => sigmoid(output);
}
