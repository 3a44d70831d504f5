using ModelGen.Layers;
using ModelGen.Likelihoods;
using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Models;

/// <summary>
/// A variational autoencoder (Kingma and Welling 2014, "Auto-encoding variational Bayes"): an encoder that gives the mean and log-variance
/// of q(z | x), and a decoder that gives p(x | z); the prior of z is N(0, 1). Generated models of the family <c>vae</c> derive from it.
/// </summary>
/// <remarks>
/// <see cref="Encode"/> and <see cref="Decode"/> run in the model's current mode, with gradients; in evaluation mode within
/// <c>no_grad</c> they compute 64 samples at a time, so that memory does not grow with their number beyond the result. Everything that
/// generates samples for viewing does so by itself. A model with a condition takes labels wherever it takes samples or latents.
/// </remarks>
public abstract class Vae : LatentModel
{
    /// <summary>Creates the module.</summary>
    /// <param name="name">The model's name, as written in its spec; it is stored in checkpoints.</param>
    /// <exception cref="ModelGenException">libtorch cannot be loaded; the message says what is missing.</exception>
    protected Vae(string name)
        : base(name) { }

    /// <summary>Maps samples (and planes for the classes) to features [batch, n].</summary>
    public abstract nn.Module<Tensor, Tensor> Encoder { get; }

    /// <summary>Maps features to the mean of q(z | x), [batch, latent].</summary>
    public abstract nn.Module<Tensor, Tensor> Mean { get; }

    /// <summary>Maps features to the log-variance of q(z | x), [batch, latent].</summary>
    public abstract nn.Module<Tensor, Tensor> LogVariance { get; }

    /// <summary>Maps latents (and the class) to the parameters of p(x | z), [batch, …].</summary>
    public abstract nn.Module<Tensor, Tensor> Decoder { get; }

    /// <summary>p(x | z), given the decoder's output.</summary>
    public abstract Likelihood Likelihood { get; }

    /// <summary>The distribution q(z | x) of each sample's latent.</summary>
    /// <param name="samples">Samples, [batch, …].</param>
    /// <param name="labels">Their classes, int64 [batch]; for a model with a condition.</param>
    /// <returns>Mean and log-variance, each [batch, latent]; the caller disposes them.</returns>
    /// <exception cref="ArgumentException">The samples or the labels do not suit the model.</exception>
    public (Tensor Mean, Tensor LogVariance) Encode(Tensor samples, Tensor? labels = null)
    {
        CheckSamples(samples);
        CheckLabels(labels, samples.size(0));
        using var here = OnDevice(samples);
        using var labelsHere = OnDevice(labels);
        var both = AtOnceOrInBlocks(here, labelsHere, (block, classes) =>
            EncodeValid(block, classes) is var (mean, logVariance) ? [mean, logVariance] : []
        );
        return (both[0], both[1]);
    }

    /// <summary>The decoder's output for latents: the parameters of p(x | z), such as the logits of <see cref="Bernoulli"/>.</summary>
    /// <param name="latents">Latents, [batch, latent].</param>
    /// <param name="labels">The classes, int64 [batch]; for a model with a condition.</param>
    /// <returns>[batch, …]; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The latents or the labels do not suit the model.</exception>
    public Tensor DecodeParameters(Tensor latents, Tensor? labels = null)
    {
        CheckLatents(latents);
        CheckLabels(labels, latents.size(0));
        using var here = OnDevice(latents);
        using var labelsHere = OnDevice(labels);
        return AtOnceOrInBlocks(here, labelsHere, (block, classes) => [DecodeValid(block, classes)])[0];
    }

    /// <summary>The mean samples of p(x | z).</summary>
    /// <param name="latents">Latents, [batch, latent].</param>
    /// <param name="labels">The classes, int64 [batch]; for a model with a condition.</param>
    /// <returns>Samples, [batch, …]; the caller disposes them.</returns>
    /// <exception cref="ArgumentException">The latents or the labels do not suit the model.</exception>
    public Tensor Decode(Tensor latents, Tensor? labels = null)
    {
        CheckLatents(latents);
        CheckLabels(labels, latents.size(0));
        using var here = OnDevice(latents);
        using var labelsHere = OnDevice(labels);
        return AtOnceOrInBlocks(here, labelsHere, (block, classes) => [SamplesOf(block, classes)])[0];
    }

    /// <summary>Encodes samples to their mean latents and decodes them again.</summary>
    /// <param name="samples">Samples, [batch, …].</param>
    /// <param name="labels">Their classes, int64 [batch]; for a model with a condition.</param>
    /// <returns>Samples, [batch, …]; the caller disposes them.</returns>
    /// <exception cref="ArgumentException">The samples or the labels do not suit the model.</exception>
    public Tensor Reconstruct(Tensor samples, Tensor? labels = null)
    {
        using var evaluation = EvaluationMode.Of(this);
        using var labelsHere = OnDevice(labels);
        var (mean, logVariance) = Encode(samples, labelsHere);
        using (mean)
        using (logVariance)
        {
            return InBlocks(mean, labelsHere, SamplesOf);
        }
    }

    /// <summary>
    /// The importance-weighted lower bound on log p(x) of each sample, in nats (Burda, Grosse and Salakhutdinov 2016, "Importance
    /// weighted autoencoders", equation 8): log 1/K Σ p(x | z) p(z) / q(z | x) over K draws z of q(z | x). It grows with K towards log
    /// p(x); with K = 1 it is an estimate of the ELBO.
    /// </summary>
    /// <param name="samples">Samples, [batch, …].</param>
    /// <param name="draws">K, the number of draws, at least 1.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <param name="labels">Their classes, int64 [batch]; for a model with a condition.</param>
    /// <returns>[batch]; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The samples or the labels do not suit the model.</exception>
    public Tensor LogLikelihoodBound(Tensor samples, int draws, ulong seed, Tensor? labels = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(draws);
        using var evaluation = EvaluationMode.Of(this);
        using var scope = NewDisposeScope();
        var (mean, logVariance) = Encode(samples, labels);
        var (samplesHere, labelsHere) = (OnDevice(samples), OnDevice(labels));
        var deviation = logVariance.Times(0.5).exp();
        using var generator = new Generator(seed);
        var weights = new List<Tensor>();
        for (var draw = 0; draw < draws; draw++)
        {
            using var inner = NewDisposeScope();
            var noise = LatentNoise.Normal(mean.shape, generator, mean.device);
            var latents = mean.Plus(deviation * noise);
            var likelihood = InBlocks([latents, labelsHere, samplesHere], parts =>
                [Likelihood.LogProbability(DecodeValid(parts[0]!, parts[1]), parts[2]!)]
            )[0];

            // log p(z) − log q(z | x) = Σ ½ (ε² − z² + log σ²), with ε the noise from which z was made.
            var ratio = (noise.Squared() - latents.Squared()).Plus(logVariance).sum(1).Times(0.5);
            weights.Add(likelihood.Plus(ratio).MoveToOuterDisposeScope());
        }

        return stack(weights).logsumexp(0).Minus(Math.Log(draws)).MoveToOuterDisposeScope();
    }

    /// <summary><see cref="Encode"/> without its checks, which would make every training step synchronise with the device.</summary>
    internal (Tensor Mean, Tensor LogVariance) EncodeValid(Tensor samples, Tensor? labels)
    {
        using var input = labels is null ? samples.alias() : ClassCondition.AppendPlanesTo(samples, labels, ClassCount);
        using var features = Encoder.call(input); // [batch, n]
        return (Mean.call(features), LogVariance.call(features));
    }

    /// <summary><see cref="DecodeParameters"/> without its checks.</summary>
    internal Tensor DecodeValid(Tensor latents, Tensor? labels)
    {
        using var input = labels is null ? latents.alias() : ClassCondition.AppendTo(latents, labels, ClassCount);
        return Decoder.call(input);
    }

    private protected override Tensor SamplesOf(Tensor latents, Tensor? labels)
    {
        using var output = DecodeValid(latents, labels);
        return Likelihood.Mean(output);
    }
}
