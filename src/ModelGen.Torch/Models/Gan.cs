using ModelGen.Evaluation;
using ModelGen.Layers;
using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Models;

/// <summary>
/// A generative adversarial network (Goodfellow et al. 2014): a generator that maps latents to samples, and a discriminator that scores
/// how real samples look. Generated models of the family <c>gan</c> derive from it.
/// </summary>
/// <remarks>
/// If the data have a range, such as 0 to 1 for images, it is scaled to -1 to 1 for the networks, the range of <c>tanh</c>; samples passed
/// in and returned keep the data's range. Data without a range are not scaled. With a condition, the label's code is appended to the
/// generator's latent; the discriminator gets it as planes appended to the sample's channels, or judges by projection (Miyato and Koyama
/// 2018, "cGANs with projection discriminator"): score = head(φ) + ⟨embedding of the label, φ⟩, where φ are the discriminator's features.
/// </remarks>
public abstract class Gan : LatentModel
{
    /// <summary>Creates the module.</summary>
    /// <param name="name">The model's name, as written in its spec; it is stored in checkpoints.</param>
    /// <exception cref="ModelGenException">libtorch cannot be loaded; the message says what is missing.</exception>
    protected Gan(string name)
        : base(name) { }

    /// <summary>Maps latents (and the label's code) to samples as the networks see them, [batch, …].</summary>
    public abstract nn.Module<Tensor, Tensor> Generator { get; }

    /// <summary>
    /// Maps samples as the networks see them (and planes of the label's code) to scores [batch, 1], or to features [batch, n] if it judges
    /// by projection.
    /// </summary>
    public abstract nn.Module<Tensor, Tensor> Discriminator { get; }

    /// <summary>
    /// Maps labels to the learned code that the generator sees, [batch, width]; null if it sees a one-hot code.
    /// </summary>
    public virtual nn.Module<Tensor, Tensor>? GeneratorLabels => null;

    /// <summary>
    /// Maps labels to the learned code that the discriminator sees, [batch, width]; null if it sees a one-hot code.
    /// </summary>
    public virtual nn.Module<Tensor, Tensor>? DiscriminatorLabels => null;

    /// <summary>
    /// Maps labels to the vectors that the discriminator's features are projected on, [batch, n]; null if it does not judge by projection.
    /// </summary>
    public virtual nn.Module<Tensor, Tensor>? Projection => null;

    /// <summary>
    /// Maps features to the part of the score that does not depend on the label, [batch, 1]; null if the discriminator does not judge by
    /// projection.
    /// </summary>
    public virtual nn.Module<Tensor, Tensor>? Head => null;

    /// <summary>
    /// Generates samples from latents in the model's current mode, with gradients; in evaluation mode within <c>no_grad</c> 64 at a time,
    /// so that memory does not grow with their number beyond the result.
    /// </summary>
    /// <param name="latents">Latents, [batch, latent].</param>
    /// <param name="labels">The requested classes, int64 [batch]; for a model with a condition.</param>
    /// <returns>Samples, [batch, …]; the caller disposes them.</returns>
    /// <exception cref="ArgumentException">The latents or the labels do not suit the model.</exception>
    public Tensor Generate(Tensor latents, Tensor? labels = null)
    {
        CheckLatents(latents);
        CheckLabels(labels, latents.size(0));
        using var here = OnDevice(latents);
        using var labelsHere = OnDevice(labels);
        return AtOnceOrInBlocks(here, labelsHere, (block, classes) => [GenerateValid(block, classes)])[0];
    }

    /// <summary>Scores how real samples look, as logits (the higher, the more real), in the model's current mode, with gradients.</summary>
    /// <remarks>All are judged at once: a discriminator may compare the samples of a batch with each other.</remarks>
    /// <param name="samples">Samples, [batch, …].</param>
    /// <param name="labels">Their classes, int64 [batch]; for a model with a condition.</param>
    /// <returns>[batch, 1]; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The samples or the labels do not suit the model.</exception>
    public Tensor Score(Tensor samples, Tensor? labels = null)
    {
        CheckSamples(samples);
        CheckLabels(labels, samples.size(0));
        using var here = OnDevice(samples);
        using var labelsHere = OnDevice(labels);
        using var signed = Sign(here);
        return ScoreSigned(signed, labelsHere);
    }

    /// <summary>Samples as the networks see them.</summary>
    internal Tensor Sign(Tensor samples)
    {
        if (SampleRange is not var (low, high))
        {
            return samples.alias();
        }

        using var scaled = samples.Times(2 / (high - low));
        return scaled.Plus(-(high + low) / (high - low));
    }

    /// <summary>The generator's samples, as the networks see them.</summary>
    internal Tensor Signed(Tensor latents, Tensor? labels)
    {
        if (labels is null)
        {
            return Generator.call(latents);
        }

        using var code = GeneratorLabels?.call(labels) ?? ClassCondition.OneHot(labels, ClassCount, latents.dtype);
        using var input = cat([latents, code], 1);
        return Generator.call(input);
    }

    /// <summary>The scores of samples as the networks see them.</summary>
    internal Tensor ScoreSigned(Tensor signed, Tensor? labels)
    {
        if (labels is null)
        {
            return Discriminator.call(signed);
        }

        if (Projection is not null)
        {
            return Project(signed, labels);
        }

        using var code = DiscriminatorLabels?.call(labels) ?? ClassCondition.OneHot(labels, ClassCount, signed.dtype);
        using var input = ClassCondition.AppendPlanesTo(signed, code);
        return Discriminator.call(input);
    }

    private protected override Tensor SamplesOf(Tensor latents, Tensor? labels)
    {
        using var samples = GenerateValid(latents, labels);
        return SampleRange is var (low, high) ? samples.Clamp(low, high) : samples.alias();
    }

    /// <summary><see cref="Generate"/> without its checks.</summary>
    private Tensor GenerateValid(Tensor latents, Tensor? labels)
    {
        using var signed = Signed(latents, labels);
        if (SampleRange is not var (low, high))
        {
            return signed.alias();
        }

        using var shifted = signed.Plus((high + low) / (high - low));
        return shifted.Times((high - low) / 2);
    }

    private Tensor Project(Tensor signed, Tensor labels)
    {
        using var features = Discriminator.call(signed); // [batch, n]
        using var direction = Projection!.call(labels); // [batch, n]
        using var products = features * direction;
        using var inner = products.sum(1, keepdim: true);
        using var own = Head!.call(features); // [batch, 1]
        return own.Plus(inner);
    }
}
