using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Models;

/// <summary>
/// A variational autoencoder (Kingma and Welling 2014, "Auto-encoding variational Bayes"): an encoder to the mean and the log-variance of
/// q(z | x), and a decoder to p(x | z); the prior of z is N(0, 1). Generated models of the family <c>vae</c> derive from it.
/// </summary>
/// <remarks>
/// <see cref="Encode"/> and <see cref="Decode"/> compute as the model is set, with gradients; everything that makes pictures to look at
/// works in evaluation mode and without gradients. A model with a condition takes labels wherever pictures or latents go in.
/// </remarks>
public abstract class Vae : ImageModel
{
    /// <summary>Creates the module.</summary>
    /// <param name="name">The model's name, as written in its spec; it is stored in checkpoints.</param>
    /// <exception cref="ModelGenException">libtorch cannot be loaded; the message says what is missing.</exception>
    protected Vae(string name)
        : base(name)
    {
    }

    /// <summary>Pictures (and planes for the classes) to features [batch, n].</summary>
    public abstract nn.Module<Tensor, Tensor> Encoder { get; }

    /// <summary>Features to the mean of q(z | x), [batch, latent].</summary>
    public abstract nn.Module<Tensor, Tensor> Mean { get; }

    /// <summary>Features to the log-variance of q(z | x), [batch, latent].</summary>
    public abstract nn.Module<Tensor, Tensor> LogVariance { get; }

    /// <summary>Latents (and the class) to the parameters of p(x | z), [batch, C, H, W].</summary>
    public abstract nn.Module<Tensor, Tensor> Decoder { get; }

    /// <summary>p(x | z), given what the decoder gives.</summary>
    public abstract Likelihood Likelihood { get; }

    /// <summary>How many axes the latent space has.</summary>
    public abstract int LatentSize { get; }

    /// <summary>The distribution q(z | x) of each picture's latent.</summary>
    /// <param name="images">Pictures, [batch, C, H, W].</param>
    /// <param name="labels">Their classes, int64 [batch]; for a model with a condition.</param>
    /// <returns>Mean and log-variance, each [batch, latent]; the caller disposes them.</returns>
    /// <exception cref="ArgumentException">The pictures or the labels do not suit the model.</exception>
    public (Tensor Mean, Tensor LogVariance) Encode(Tensor images, Tensor? labels = null)
    {
        CheckImages(images);
        CheckLabels(labels, images.size(0));
        using var input = labels is null ? images.alias() : ClassCondition.AppendPlanesTo(images, labels, ClassCount);
        using var features = Encoder.call(input); // [batch, n]
        return (Mean.call(features), LogVariance.call(features));
    }

    /// <summary>What the decoder gives for latents: the parameters of p(x | z), such as the logits of <see cref="Bernoulli"/>.</summary>
    /// <param name="latents">Latents, [batch, latent].</param>
    /// <param name="labels">The classes, int64 [batch]; for a model with a condition.</param>
    /// <returns>[batch, C, H, W]; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The latents or the labels do not suit the model.</exception>
    public Tensor DecodeParameters(Tensor latents, Tensor? labels = null)
    {
        CheckLatents(latents);
        CheckLabels(labels, latents.size(0));
        using var input = labels is null ? latents.alias() : ClassCondition.AppendTo(latents, labels, ClassCount);
        return Decoder.call(input);
    }

    /// <summary>The mean pictures of p(x | z).</summary>
    /// <param name="latents">Latents, [batch, latent].</param>
    /// <param name="labels">The classes, int64 [batch]; for a model with a condition.</param>
    /// <returns>Pictures, [batch, C, H, W]; the caller disposes them.</returns>
    /// <exception cref="ArgumentException">The latents or the labels do not suit the model.</exception>
    public Tensor Decode(Tensor latents, Tensor? labels = null)
    {
        using var output = DecodeParameters(latents, labels);
        return Likelihood.Mean(output);
    }

    /// <summary>Pictures encoded to their mean latent and decoded again.</summary>
    /// <param name="images">Pictures, [batch, C, H, W].</param>
    /// <param name="labels">Their classes, int64 [batch]; for a model with a condition.</param>
    /// <returns>Pictures, [batch, C, H, W]; the caller disposes them.</returns>
    /// <exception cref="ArgumentException">The pictures or the labels do not suit the model.</exception>
    public Tensor Reconstruct(Tensor images, Tensor? labels = null)
    {
        using var evaluation = EvaluationMode.Of(this);
        var (mean, logVariance) = Encode(images, labels);
        using (mean)
        using (logVariance)
            return Decode(mean, labels);
    }

    /// <summary>New pictures: latents drawn from the prior, decoded.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="seed">The seed of the latents; the same seed gives the same pictures.</param>
    /// <param name="labels">The classes asked for, int64 [count]; for a model with a condition.</param>
    /// <returns>Pictures, [count, C, H, W]; the caller disposes them.</returns>
    /// <exception cref="ArgumentException">The labels do not suit the model.</exception>
    public Tensor Sample(int count, ulong seed, Tensor? labels = null)
    {
        using var evaluation = EvaluationMode.Of(this);
        using var latents = LatentNoise.Normal([count, LatentSize], seed, Device);
        return Decode(latents, labels);
    }

    /// <summary>The pictures on the way from one latent to another, both included.</summary>
    /// <param name="from">The first latent, [latent].</param>
    /// <param name="to">The last latent, [latent].</param>
    /// <param name="steps">How many pictures, at least 2.</param>
    /// <param name="interpolation">How the way runs.</param>
    /// <param name="label">The class of all of them; for a model with a condition.</param>
    /// <returns>Pictures, [steps, C, H, W]; the caller disposes them.</returns>
    /// <exception cref="ArgumentException">A latent or the label does not suit the model.</exception>
    public Tensor Interpolate(Tensor from, Tensor to, int steps, Interpolation interpolation = Interpolation.Linear, int? label = null)
    {
        using var latents = LatentPath.Between(from, to, steps, interpolation);
        return DecodePath(latents, label);
    }

    /// <summary>The pictures of one latent while one of its axes moves.</summary>
    /// <param name="latent">The latent, [latent].</param>
    /// <param name="axis">The axis that moves, from 0.</param>
    /// <param name="from">Its first value.</param>
    /// <param name="to">Its last value; the prior has a standard deviation of 1.</param>
    /// <param name="steps">How many pictures, at least 2.</param>
    /// <param name="label">The class of all of them; for a model with a condition.</param>
    /// <returns>Pictures, [steps, C, H, W]; the caller disposes them.</returns>
    /// <exception cref="ArgumentException">The latent, the axis or the label does not suit the model.</exception>
    public Tensor Traverse(Tensor latent, int axis, double from = -3, double to = 3, int steps = 7, int? label = null)
    {
        using var latents = LatentPath.Along(latent, axis, from, to, steps);
        return DecodePath(latents, label);
    }

    /// <summary>
    /// The importance-weighted lower bound on log p(x) of each picture, in nats (Burda, Grosse and Salakhutdinov 2016, "Importance
    /// weighted autoencoders", equation 8): log 1/K Σ p(x | z) p(z) / q(z | x) over K draws z of q(z | x). It grows with K towards log p(x);
    /// with K = 1 it is the ELBO's estimate.
    /// </summary>
    /// <param name="images">Pictures, [batch, C, H, W].</param>
    /// <param name="draws">K, at least 1.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <param name="labels">Their classes, int64 [batch]; for a model with a condition.</param>
    /// <returns>[batch]; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The pictures or the labels do not suit the model.</exception>
    public Tensor LogLikelihoodBound(Tensor images, int draws, ulong seed, Tensor? labels = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(draws);
        using var evaluation = EvaluationMode.Of(this);
        using var scope = NewDisposeScope();
        var (mean, logVariance) = Encode(images, labels);
        var deviation = (0.5 * logVariance).exp();
        using var generator = new Generator(seed);
        var weights = new List<Tensor>();
        for (var draw = 0; draw < draws; draw++)
        {
            using var inner = NewDisposeScope();
            var noise = LatentNoise.Normal(mean.shape, generator, mean.device);
            var latents = mean + (deviation * noise);
            var likelihood = Likelihood.LogProbability(DecodeParameters(latents, labels), images);

            // log p(z) − log q(z | x) = Σ ½ (ε² − z² + log σ²), ε the noise that z was made of.
            var ratio = 0.5 * (noise.square() - latents.square() + logVariance).sum(1);
            weights.Add((likelihood + ratio).MoveToOuterDisposeScope());
        }

        return (stack(weights).logsumexp(0) - Math.Log(draws)).MoveToOuterDisposeScope();
    }

    /// <summary>Checks latents: floating-point [batch, latent].</summary>
    /// <param name="latents">What the caller passed.</param>
    /// <exception cref="ArgumentException">The type or the shape is wrong.</exception>
    protected void CheckLatents(Tensor latents)
    {
        ArgumentNullException.ThrowIfNull(latents);
        if (!latents.is_floating_point() || latents.dim() != 2 || latents.size(1) != LatentSize)
            throw new ArgumentException($"{GetName()} takes floating-point latents [batch, {LatentSize}]; it got {latents.dtype} [{string.Join(", ", latents.shape)}].", nameof(latents));
    }

    private Tensor DecodePath(Tensor latents, int? label)
    {
        using var evaluation = EvaluationMode.Of(this);
        using var labels = label is { } one ? full([latents.size(0)], one, dtype: ScalarType.Int64, device: latents.device) : null;
        return Decode(latents, labels);
    }
}
