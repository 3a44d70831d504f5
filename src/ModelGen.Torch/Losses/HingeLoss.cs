using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Losses;

/// <summary>
/// The hinge loss: the discriminator stops learning from a sample that lies beyond a margin of 1 (Lim and Ye 2017, "Geometric GAN"; Miyato
/// et al. 2018, equations 16 and 17).
/// </summary>
/// <remarks>
/// <code>
/// discriminator: E[max(0, 1 − D(x))] + E[max(0, 1 + D(G(z)))]
/// generator:     −E[D(G(z))]
/// </code>
/// </remarks>
public sealed record HingeLoss : AdversarialLoss
{
    /// <inheritdoc/>
    protected override Tensor OfDiscriminator(Tensor real, Tensor fake)
    {
        using var opposite = real.neg();
        using var realLoss = MeanHinge(opposite);
        using var fakeLoss = MeanHinge(fake);
        return realLoss.Plus(fakeLoss);
    }

    /// <inheritdoc/>
    protected override Tensor OfGenerator(Tensor? real, Tensor fake)
    {
        using var mean = fake.mean();
        return mean.neg();
    }

    private static Tensor MeanHinge(Tensor scores)
    {
        using var margins = scores.Plus(1);
        using var hinges = margins.relu();
        return hinges.mean();
    }
}
