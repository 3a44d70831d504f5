using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Losses;

/// <summary>
/// The original GAN loss with the non-saturating loss for the generator (Goodfellow et al. 2014, section 3), and one-sided label smoothing
/// (Salimans et al. 2016, section 3.4).
/// </summary>
/// <remarks>
/// With scores D, smoothing s and the logistic function σ:
/// <code>
/// discriminator: E[−(1 − s) log σ(D(x)) − s log(1 − σ(D(x)))] + E[−log(1 − σ(D(G(z))))]
/// generator:     E[−log σ(D(G(z)))]
/// </code>
/// </remarks>
public sealed record NonSaturatingLoss : AdversarialLoss
{
    /// <summary>
    /// How far below 1 the discriminator's target probability for real samples is; at least 0 and below 1.
    /// </summary>
    public double LabelSmoothing
    {
        get;
        init =>
            field = value is >= 0 and < 1
                ? value
                : throw new ArgumentOutOfRangeException(nameof(LabelSmoothing), value, "Label smoothing must be at least 0 and below 1.");
    }

    /// <inheritdoc/>
    protected override Tensor OfDiscriminator(Tensor real, Tensor fake)
    {
        using var realLoss = MeanNegativeLogSigmoid(real);
        using var opposite = fake.neg();
        using var fakeLoss = MeanNegativeLogSigmoid(opposite);
        if (LabelSmoothing == 0)
        {
            return realLoss.Plus(fakeLoss);
        }

        // −log(1 − σ(D)) is −log σ(D) + D.
        using var mean = real.mean();
        using var smoothed = mean.Times(LabelSmoothing);
        using var sum = realLoss.Plus(fakeLoss);
        return sum.Plus(smoothed);
    }

    /// <inheritdoc/>
    protected override Tensor OfGenerator(Tensor? real, Tensor fake) => MeanNegativeLogSigmoid(fake);
}
