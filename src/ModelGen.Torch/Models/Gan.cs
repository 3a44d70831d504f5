using ModelGen.Evaluation;
using ModelGen.Layers;
using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Models;

/// <summary>
/// A generative adversarial network (Goodfellow et al. 2014): a generator from a latent space to pictures, and a discriminator that scores
/// how real pictures look. Generated models of the family <c>gan</c> derive from it.
/// </summary>
/// <remarks>
/// Inside, pixels range from -1 to 1, as <c>tanh</c> gives them; pictures that come in or go out range from 0 to 1. With a condition the
/// generator sees the label's code behind the latent's axes. The discriminator sees it as planes behind the picture's channels, or judges by
/// projection (Miyato and Koyama 2018, "cGANs with projection discriminator"): score = head(φ) + ⟨embedding of the label, φ⟩ with φ the
/// discriminator's features.
/// </remarks>
public abstract class Gan : LatentModel
{
    /// <summary>Creates the module.</summary>
    /// <param name="name">The model's name, as written in its spec; it is stored in checkpoints.</param>
    /// <exception cref="ModelGenException">libtorch cannot be loaded; the message says what is missing.</exception>
    protected Gan(string name)
        : base(name)
    {
    }

    /// <summary>Latents (and the label's code) to pictures from -1 to 1, [batch, C, H, W].</summary>
    public abstract nn.Module<Tensor, Tensor> Generator { get; }

    /// <summary>Pictures from -1 to 1 (and planes of the label's code) to scores [batch, 1]; to features [batch, n] where it judges by projection.</summary>
    public abstract nn.Module<Tensor, Tensor> Discriminator { get; }

    /// <summary>Labels to the learned code that the generator sees, [batch, width]; null where it sees a one for the class and zeros for the others.</summary>
    public virtual nn.Module<Tensor, Tensor>? GeneratorLabels => null;

    /// <summary>Labels to the learned code that the discriminator sees, [batch, width]; null where it sees a one for the class and zeros for the others.</summary>
    public virtual nn.Module<Tensor, Tensor>? DiscriminatorLabels => null;

    /// <summary>Labels to the vectors that the discriminator's features are projected on, [batch, n]; null where it does not judge by projection.</summary>
    public virtual nn.Module<Tensor, Tensor>? Projection => null;

    /// <summary>Features to the part of the score that does not depend on the label, [batch, 1]; null where the discriminator does not judge by projection.</summary>
    public virtual nn.Module<Tensor, Tensor>? Head => null;

    /// <summary>The pictures of latents, as the model is set, with gradients.</summary>
    /// <param name="latents">Latents, [batch, latent].</param>
    /// <param name="labels">The classes asked for, int64 [batch]; for a model with a condition.</param>
    /// <returns>Pictures from 0 to 1, [batch, C, H, W]; the caller disposes them.</returns>
    /// <exception cref="ArgumentException">The latents or the labels do not suit the model.</exception>
    public Tensor Generate(Tensor latents, Tensor? labels = null)
    {
        CheckLatents(latents);
        CheckLabels(labels, latents.size(0));
        using var here = OnDevice(latents);
        using var labelsHere = OnDevice(labels);
        return GenerateValid(here, labelsHere);
    }

    /// <summary>How real pictures look: logits, the higher the more real; as the model is set, with gradients.</summary>
    /// <param name="images">Pictures from 0 to 1, [batch, C, H, W].</param>
    /// <param name="labels">Their classes, int64 [batch]; for a model with a condition.</param>
    /// <returns>[batch, 1]; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The pictures or the labels do not suit the model.</exception>
    public Tensor Score(Tensor images, Tensor? labels = null)
    {
        CheckImages(images);
        CheckLabels(labels, images.size(0));
        using var here = OnDevice(images);
        using var labelsHere = OnDevice(labels);
        using var signed = Sign(here);
        return ScoreSigned(signed, labelsHere);
    }

    /// <summary>Pictures from 0 to 1 as the networks see them, from -1 to 1.</summary>
    internal static Tensor Sign(Tensor images)
    {
        using var doubled = images.Times(2);
        return doubled.Plus(-1);
    }

    /// <summary>The generator's pictures, from -1 to 1.</summary>
    internal Tensor Signed(Tensor latents, Tensor? labels)
    {
        if (labels is null)
            return Generator.call(latents);
        using var code = GeneratorLabels?.call(labels) ?? ClassCondition.OneHot(labels, ClassCount, latents.dtype);
        using var input = cat([latents, code], 1);
        return Generator.call(input);
    }

    /// <summary>The scores of pictures from -1 to 1.</summary>
    internal Tensor ScoreSigned(Tensor signed, Tensor? labels)
    {
        if (labels is null)
            return Discriminator.call(signed);
        if (Projection is not null)
            return Project(signed, labels);
        using var code = DiscriminatorLabels?.call(labels) ?? ClassCondition.OneHot(labels, ClassCount, signed.dtype);
        using var input = ClassCondition.AppendPlanesTo(signed, code);
        return Discriminator.call(input);
    }

    private protected override Tensor PicturesOf(Tensor latents, Tensor? labels)
    {
        using var pictures = GenerateValid(latents, labels);
        return pictures.Clamp(0, 1);
    }

    /// <summary><see cref="Generate"/> without its checks.</summary>
    private Tensor GenerateValid(Tensor latents, Tensor? labels)
    {
        using var signed = Signed(latents, labels);
        using var shifted = signed.Plus(1);
        return shifted.Times(0.5);
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
