using ModelGen.Data;
using ModelGen.Evaluation;
using ModelGen.Layers;
using ModelGen.Likelihoods;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Models;

/// <summary>
/// A vector-quantised autoencoder (van den Oord et al. 2017, "Neural discrete representation learning"): an encoder that gives a grid of
/// vectors, a codebook that replaces each by its nearest code vector, and a decoder that gives p(x | codes). Generated models of the family
/// <c>vq-vae</c> derive from it.
/// </summary>
/// <remarks>
/// <para>A model with a condition takes labels wherever it takes samples or codes. All public methods run in evaluation mode without
/// gradients, 64 samples at a time, so that memory does not grow with their number beyond the result.</para>
/// <para>
/// The autoencoder does not model the distribution of grids of codes, so new samples need a prior over them. The published models train a
/// large autoregressive network for that. Here it is a weak substitute estimated by counting, see <see cref="FitPrior"/>: its samples are
/// plausible locally but seldom coherent as a whole.
/// </para>
/// </remarks>
public abstract class VqVae : SampleModel
{
    private CodePrior? _prior;

    /// <summary>Creates the module.</summary>
    /// <param name="name">The model's name, as written in its spec; it is stored in checkpoints.</param>
    /// <exception cref="ModelGenException">libtorch cannot be loaded; the message says what is missing.</exception>
    protected VqVae(string name)
        : base(name) { }

    /// <summary>The shape of the grid of codes; [height, width] for images.</summary>
    public abstract ReadOnlySpan<long> GridShape { get; }

    /// <summary>The number of codes; they run from 0 to this number minus one.</summary>
    public int CodeCount => (int)Quantiser.Count;

    /// <summary>Maps samples (and planes for the classes) to vectors [batch, n, …].</summary>
    public abstract nn.Module<Tensor, Tensor> Encoder { get; }

    /// <summary>The codebook.</summary>
    public abstract VectorQuantiser Quantiser { get; }

    /// <summary>Maps code vectors (and planes for the classes) to the parameters of p(x | codes), [batch, …].</summary>
    public abstract nn.Module<Tensor, Tensor> Decoder { get; }

    /// <summary>p(x | codes), given the decoder's output.</summary>
    public abstract Likelihood Likelihood { get; }

    /// <summary>Encodes samples to codes.</summary>
    /// <param name="samples">Samples, [batch, …].</param>
    /// <param name="labels">Their classes, int64 [batch]; for a model with a condition.</param>
    /// <returns>Codes, int64 [batch, …]; the caller disposes them.</returns>
    /// <exception cref="ArgumentException">The samples or the labels do not suit the model.</exception>
    public Tensor Encode(Tensor samples, Tensor? labels = null)
    {
        CheckSamples(samples);
        CheckLabels(labels, samples.size(0));
        using var evaluation = EvaluationMode.Of(this);
        using var here = OnDevice(samples);
        using var labelsHere = OnDevice(labels);
        return InBlocks(here, labelsHere, CodesOf);
    }

    /// <summary>The mean samples of p(x | codes).</summary>
    /// <param name="codes">Codes, int64 [batch, …], from 0 to <see cref="CodeCount"/> minus one.</param>
    /// <param name="labels">The classes, int64 [batch]; for a model with a condition.</param>
    /// <returns>Samples, [batch, …]; the caller disposes them.</returns>
    /// <exception cref="ArgumentException">The codes or the labels do not suit the model.</exception>
    public Tensor Decode(Tensor codes, Tensor? labels = null)
    {
        CheckCodes(codes);
        CheckLabels(labels, codes.size(0));
        using var evaluation = EvaluationMode.Of(this);
        using var here = OnDevice(codes);
        using var labelsHere = OnDevice(labels);
        return InBlocks(here, labelsHere, SamplesOf);
    }

    /// <summary>Encodes samples to codes and decodes them again.</summary>
    /// <param name="samples">Samples, [batch, …].</param>
    /// <param name="labels">Their classes, int64 [batch]; for a model with a condition.</param>
    /// <returns>Samples, [batch, …]; the caller disposes them.</returns>
    /// <exception cref="ArgumentException">The samples or the labels do not suit the model.</exception>
    public Tensor Reconstruct(Tensor samples, Tensor? labels = null)
    {
        using var evaluation = EvaluationMode.Of(this);
        using var labelsHere = OnDevice(labels);
        using var codes = Encode(samples, labelsHere);
        return InBlocks(codes, labelsHere, SamplesOf);
    }

    /// <summary>
    /// Fits, in one pass over the training samples, the prior that <see cref="SampleModel.Sample"/> draws from: counts how often each code
    /// occurs at each position of the grid (for each class, with a condition), and after each other code along each axis.
    /// </summary>
    /// <remarks>
    /// In a grid of two axes a code then has the probability p(c | position, class) p(left | c) p(above | c), normalised: its neighbours
    /// and its position are assumed independent given the code. This is a weak prior that models nothing beyond direct neighbours. The
    /// counts belong to the current weights and codebook and are not part of the model's state: fit again after training or loading.
    /// </remarks>
    /// <param name="data">The samples, on the model's device.</param>
    /// <param name="batchSize">The number of samples to encode at once; it changes the result only by rounding.</param>
    /// <exception cref="ArgumentException">The samples' shape differs from the model's, or they have no labels although it has a
    /// condition.</exception>
    public void FitPrior(SampleDataset data, int batchSize = 256)
    {
        ArgumentNullException.ThrowIfNull(data);
        var prior = new CodePrior(CodeCount, GridShape.ToArray(), Math.Max(1, ClassCount));
        foreach (var batch in data.Training.Blocks(batchSize))
        {
            using var images = batch;
            var labels = ClassCount > 0 ? batch.Labels : null;
            using var codes = Encode(batch.Samples, labels);
            prior.Count(codes, labels);
        }

        _prior = prior;
    }

    /// <summary>The encoder's output in the model's current mode, with gradients: [batch, n, …].</summary>
    internal Tensor EncodeVectors(Tensor samples, Tensor? labels)
    {
        using var input = labels is null ? samples.alias() : ClassCondition.AppendPlanesTo(samples, labels, ClassCount);
        return Encoder.call(input);
    }

    /// <summary>
    /// The decoder's output for code vectors [batch, n, …] in the model's current mode, with gradients: the parameters of p(x | codes),
    /// [batch, …].
    /// </summary>
    internal Tensor DecodeParameters(Tensor vectors, Tensor? labels)
    {
        using var input = labels is null ? vectors.alias() : ClassCondition.AppendPlanesTo(vectors, labels, ClassCount);
        return Decoder.call(input);
    }

    /// <summary>
    /// Checks codes: int64 [batch, …] of the model's <see cref="GridShape"/>, from 0 to <see cref="CodeCount"/> minus one.
    /// </summary>
    /// <param name="codes">The caller's codes.</param>
    /// <exception cref="ArgumentException">The type or the shape is wrong, or a code is out of range.</exception>
    protected void CheckCodes(Tensor codes)
    {
        ArgumentNullException.ThrowIfNull(codes);
        if (codes.dtype != ScalarType.Int64 || codes.dim() != GridShape.Length + 1 || !codes.shape.AsSpan(1).SequenceEqual(GridShape))
        {
            throw new ArgumentException(
                $"{GetName()} takes Int64 codes [batch, {string.Join(", ", GridShape.ToArray())}]; it got "
                    + $"{codes.dtype} [{string.Join(", ", codes.shape)}].",
                nameof(codes)
            );
        }

        if (Indices.Outside(codes, CodeCount) is { } code)
        {
            throw new ArgumentException($"{GetName()} takes codes from 0 to {CodeCount - 1}; one of these is {code}.", nameof(codes));
        }
    }

    private protected override void CheckCanDraw()
    {
        if (_prior is null)
        {
            throw new InvalidOperationException(
                $"{GetName()} has no prior over its codes to draw from yet; fit one with FitPrior(data) after training or loading it."
            );
        }
    }

    private protected override Tensor Draw(int count, ulong seed, Tensor? labels)
    {
        CheckCanDraw();
        using var drawn = _prior!.Draw(count, seed, labels);
        return drawn.to(Device);
    }

    private protected override Tensor SamplesOf(Tensor codes, Tensor? labels)
    {
        using var vectors = Quantiser.Vectors(codes);
        using var output = DecodeParameters(vectors, labels);
        return Likelihood.Mean(output);
    }

    // The codes of valid samples and labels, in the model's current mode.
    private Tensor CodesOf(Tensor samples, Tensor? labels)
    {
        using var vectors = EncodeVectors(samples, labels);
        return Quantiser.Nearest(vectors);
    }
}
