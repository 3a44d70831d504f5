using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Losses;

/// <summary>
/// Each generated sample is judged against a real one (relativistic pairing: Jolicoeur-Martineau 2019, "The relativistic discriminator",
/// section 4.2), and the discriminator's gradients are penalised on both (Mescheder et al. 2018). This is the loss of R3GAN (Huang et al.
/// 2024, "The GAN is dead; long live the GAN!", section 2).
/// </summary>
/// <remarks>
/// Sample i of the real batch is paired with sample i of the generated one:
/// <code>
/// discriminator: E[−log σ(D(x) − D(G(z)))] + ½ R₁ E[‖∇D(x)‖²] + ½ R₂ E[‖∇D(G(z))‖²]
/// generator:     E[−log σ(D(G(z)) − D(x))]
/// </code>
/// </remarks>
public sealed record RelativisticLoss : AdversarialLoss
{
    /// <summary>The weight R₁ of <see cref="GradientPenalty.ZeroCentred"/> at real samples, 0 or more; 0 skips it.</summary>
    public double R1
    {
        get;
        init => field = Weight(value);
    } = 1;

    /// <summary>The weight R₂ of <see cref="GradientPenalty.ZeroCentred"/> at generated samples, 0 or more; 0 skips it.</summary>
    public double R2
    {
        get;
        init => field = Weight(value);
    } = 1;

    /// <inheritdoc/>
    public override bool GeneratorSeesReal => true;

    /// <inheritdoc/>
    public override Tensor? DiscriminatorPenalty(Func<Tensor, Tensor> discriminator, Tensor real, Tensor fake, Tensor mixing)
    {
        var (onReal, onFake) = (Penalty(R1, real), Penalty(R2, fake));
        if (onReal is null || onFake is null)
        {
            return onReal ?? onFake;
        }

        using (onReal)
        using (onFake)
        {
            return onReal.Plus(onFake);
        }

        Tensor? Penalty(double weight, Tensor samples)
        {
            if (weight == 0)
            {
                return null;
            }

            using var penalty = GradientPenalty.ZeroCentred(discriminator, samples);
            return penalty.Times(weight);
        }
    }

    /// <inheritdoc/>
    protected override Tensor OfDiscriminator(Tensor real, Tensor fake)
    {
        using var lead = real - fake;
        return MeanNegativeLogSigmoid(lead);
    }

    /// <inheritdoc/>
    protected override Tensor OfGenerator(Tensor? real, Tensor fake)
    {
        using var lead = fake - real!;
        return MeanNegativeLogSigmoid(lead);
    }
}
