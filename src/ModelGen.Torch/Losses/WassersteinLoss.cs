using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Losses;

/// <summary>
/// The Wasserstein-1 distance between real and generated samples, as a 1-Lipschitz discriminator measures it (Arjovsky et al. 2017,
/// "Wasserstein GAN"); a penalty keeps the discriminator's gradient norm near 1 (Gulrajani et al. 2017).
/// </summary>
/// <remarks>
/// <code>
/// discriminator: E[D(G(z))] − E[D(x)] + λ E[(‖∇D(x̂)‖ − 1)²]     with λ the weight of the penalty
/// generator:     −E[D(G(z))]
/// </code>
/// </remarks>
public sealed record WassersteinLoss : AdversarialLoss
{
    /// <summary>
    /// The weight λ of <see cref="Losses.GradientPenalty.Interpolated"/>, 0 or more; 0 skips it, for a discriminator that is kept smooth
    /// by other means.
    /// </summary>
    public double GradientPenalty
    {
        get;
        init => field = Weight(value);
    } = 10;

    /// <inheritdoc/>
    public override Tensor? DiscriminatorPenalty(Func<Tensor, Tensor> discriminator, Tensor real, Tensor fake, Tensor mixing)
    {
        if (GradientPenalty == 0)
        {
            return null;
        }

        using var penalty = Losses.GradientPenalty.Interpolated(discriminator, real, fake, mixing);
        return penalty.Times(GradientPenalty);
    }

    /// <inheritdoc/>
    protected override Tensor OfDiscriminator(Tensor real, Tensor fake)
    {
        using var realMean = real.mean();
        using var fakeMean = fake.mean();
        return fakeMean - realMean;
    }

    /// <inheritdoc/>
    protected override Tensor OfGenerator(Tensor? real, Tensor fake)
    {
        using var mean = fake.mean();
        return mean.neg();
    }
}
