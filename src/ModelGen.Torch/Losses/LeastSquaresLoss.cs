using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Losses;

/// <summary>
/// Squared distances of the scores from 1 for real and 0 for generated samples (Mao et al. 2017, "Least squares generative adversarial
/// networks", equation 9).
/// </summary>
/// <remarks>
/// <code>
/// discriminator: ½ E[(D(x) − 1)²] + ½ E[D(G(z))²]
/// generator:     ½ E[(D(G(z)) − 1)²]
/// </code>
/// </remarks>
public sealed record LeastSquaresLoss : AdversarialLoss
{
    /// <inheritdoc/>
    protected override Tensor OfDiscriminator(Tensor real, Tensor fake)
    {
        using var realLoss = HalfMeanSquareFromOne(real);
        using var squares = fake.Squared();
        using var mean = squares.mean();
        using var fakeLoss = mean.Times(0.5);
        return realLoss.Plus(fakeLoss);
    }

    /// <inheritdoc/>
    protected override Tensor OfGenerator(Tensor? real, Tensor fake) => HalfMeanSquareFromOne(fake);

    private static Tensor HalfMeanSquareFromOne(Tensor scores)
    {
        using var distances = scores.Plus(-1);
        using var squares = distances.Squared();
        using var mean = squares.mean();
        return mean.Times(0.5);
    }
}
