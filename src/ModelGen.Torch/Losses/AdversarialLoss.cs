using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Losses;

/// <summary>
/// The losses of the two networks of a generative adversarial network (Goodfellow et al. 2014), as functions of the discriminator's scores.
/// A score is a logit, any real number; the higher it is, the more real the sample looks. There is one score per sample, [batch] or
/// [batch, 1], or one per patch, [batch, 1, height, width] for example; a loss is the mean over all scores.
/// </summary>
public abstract record AdversarialLoss
{
    /// <summary>
    /// Whether the generator's loss compares its samples with real ones, so that the generator's step must also score real samples.
    /// </summary>
    public virtual bool GeneratorSeesReal => false;

    /// <summary>The discriminator's loss, without <see cref="DiscriminatorPenalty"/>.</summary>
    /// <param name="real">The scores of real samples.</param>
    /// <param name="fake">The scores of generated samples, of the same shape.</param>
    /// <returns>A scalar; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The two have different shapes.</exception>
    public Tensor DiscriminatorLoss(Tensor real, Tensor fake)
    {
        CheckPair(real, fake);
        return OfDiscriminator(real, fake);
    }

    /// <summary>The generator's loss.</summary>
    /// <param name="real">The scores of real samples if <see cref="GeneratorSeesReal"/>; otherwise they are ignored and may be
    /// null.</param>
    /// <param name="fake">The scores of generated samples; of the same shape if both are used.</param>
    /// <returns>A scalar; the caller disposes it.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="real"/> is null although <see cref="GeneratorSeesReal"/>.</exception>
    /// <exception cref="ArgumentException">The two have different shapes although <see cref="GeneratorSeesReal"/>.</exception>
    public Tensor GeneratorLoss(Tensor? real, Tensor fake)
    {
        ArgumentNullException.ThrowIfNull(fake);
        if (GeneratorSeesReal)
        {
            CheckPair(real, fake);
        }

        return OfGenerator(real, fake);
    }

    /// <summary>
    /// The term that the discriminator's step adds to its loss to keep the discriminator smooth: a function of its gradients at samples.
    /// </summary>
    /// <param name="discriminator">Gives one score for each sample of a batch.</param>
    /// <param name="real">Real samples [batch, …].</param>
    /// <param name="fake">Generated samples of the same shape.</param>
    /// <param name="mixing">Uniform numbers from 0 to 1 [batch], for penalties at points between real and generated samples.</param>
    /// <returns>A scalar, which the caller disposes; null if the loss has no such term.</returns>
    /// <exception cref="ArgumentException">The samples have different shapes, or there is not one score or number for each.</exception>
    public virtual Tensor? DiscriminatorPenalty(Func<Tensor, Tensor> discriminator, Tensor real, Tensor fake, Tensor mixing) => null;

    /// <summary>The discriminator's loss, for scores of the same shape.</summary>
    /// <param name="real">The scores of real samples.</param>
    /// <param name="fake">The scores of generated samples.</param>
    /// <returns>A scalar.</returns>
    protected abstract Tensor OfDiscriminator(Tensor real, Tensor fake);

    /// <summary>The generator's loss.</summary>
    /// <param name="real">The scores of real samples; not null where <see cref="GeneratorSeesReal"/>.</param>
    /// <param name="fake">The scores of generated samples.</param>
    /// <returns>A scalar.</returns>
    protected abstract Tensor OfGenerator(Tensor? real, Tensor fake);

    /// <summary>The mean of −log σ(score), which stays exact where σ(score) rounds to 0 or 1.</summary>
    private protected static Tensor MeanNegativeLogSigmoid(Tensor scores)
    {
        using var logs = nn.functional.logsigmoid(scores);
        using var mean = logs.mean();
        return mean.neg();
    }

    private protected static double Weight(double value, [CallerMemberName] string name = "") =>
        value >= 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, "The weight of a penalty must be finite and at least 0.");

    private static void CheckPair(Tensor? real, Tensor fake)
    {
        ArgumentNullException.ThrowIfNull(real);
        ArgumentNullException.ThrowIfNull(fake);
        if (!real.shape.AsSpan().SequenceEqual(fake.shape))
        {
            throw new ArgumentException(
                $"The scores of real and generated samples must have the same shape, not [{string.Join(", ", real.shape)}] and "
                    + $"[{string.Join(", ", fake.shape)}].",
                nameof(fake)
            );
        }
    }
}
