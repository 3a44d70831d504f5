using System.Diagnostics.CodeAnalysis;
using ModelGen.Data;
using ModelGen.Layers;
using ModelGen.Native;
using ModelGen.Native.Convolutions;
using ModelGen.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Models;

/// <summary>
/// A model that generates samples, of a given class if its spec has a <c>condition</c>: images, whose pixels range from 0 to 1, or tensors
/// of any rank.
/// </summary>
/// <remarks>Samples, latents, codes and labels may be passed on any device; results are on the model's device.</remarks>
public abstract class SampleModel : nn.Module, IGeneratedModel
{
    // On a CPU, a thousand at once took a third more time than in blocks of this size, and four to six times the memory: their activations
    // do not fit in any cache.
    private const int MostAtOnce = 64;

    private const string Remedy = "ask for fewer samples at once, or use another device";

    /// <summary>Creates the module.</summary>
    /// <param name="name">The model's name, as written in its spec; it is stored in checkpoints.</param>
    /// <exception cref="ModelGenException">libtorch cannot be loaded; the message says what is missing.</exception>
    protected SampleModel(string name)
        : base(Libtorch.LoadedFor(name)) { }

    /// <summary>
    /// Registers a part of the model; if it has convolutions, <see cref="ConvolutionKernels"/> chooses their kernels first.
    /// </summary>
    /// <param name="name">Its name in the model's state.</param>
    /// <param name="submodule">The part.</param>
    public override void register_module(string name, nn.Module submodule)
    {
        ConvolutionKernels.ChooseFor(submodule);
        base.register_module(name, submodule);
    }

    /// <summary>The shape of a sample; [channels, height, width] for images.</summary>
    public abstract ReadOnlySpan<long> SampleShape { get; }

    /// <summary>The inclusive range of a sample's values; null if the spec gives none and any value is allowed.</summary>
    public virtual (double Low, double High)? SampleRange => null;

    /// <summary>The number of classes; labels run from 0 to this number minus one. 0 for a model without a condition.</summary>
    public virtual int ClassCount => 0;

    /// <summary>
    /// A hash of the model's architecture (SHA-256 as hexadecimal digits). Two models with the same fingerprint have the same
    /// parameters of the same shapes and compute the same function of them, up to their <see cref="Precision"/>, so a checkpoint of one
    /// fits the other.
    /// </summary>
    public abstract string Fingerprint { get; }

    /// <summary>The type in which the model's layers multiply; its weights and its roles' outputs are always float32.</summary>
    public virtual ScalarType Precision => ScalarType.Float32;

    /// <inheritdoc/>
    public virtual BatchSplit BatchSplit => BatchSplit.Whole;

    /// <inheritdoc/>
    public virtual long MultiplyAdds => 0;

    /// <inheritdoc/>
    public virtual long ActivationBytes => 0;

    /// <inheritdoc/>
    public virtual string SourceMap => "";

    /// <summary>Binds the objective that the model's spec asks for to this model and data.</summary>
    /// <param name="data">The samples, on the model's device.</param>
    /// <returns>The objective for a <see cref="Trainer"/>.</returns>
    /// <exception cref="ModelGenException">The samples differ from the model in shape, classes or range of values.</exception>
    public abstract Objective CreateObjective(SampleDataset data);

    /// <summary>Generates new samples.</summary>
    /// <remarks>
    /// A <see cref="LatentModel"/> draws latents from N(0, 1); a <see cref="VqVae"/> draws codes from the prior of
    /// <see cref="VqVae.FitPrior"/>.
    /// </remarks>
    /// <param name="count">The number of samples, at least 1.</param>
    /// <param name="seed">The seed of the random draws; the same seed gives the same samples.</param>
    /// <param name="labels">The requested classes, int64 [count]; for a model with a condition.</param>
    /// <returns>Samples, [count, …]; the caller disposes them.</returns>
    /// <exception cref="ArgumentException">The count is below 1, or the labels do not suit the model.</exception>
    /// <exception cref="InvalidOperationException">A <see cref="VqVae"/> has no prior yet.</exception>
    /// <exception cref="ModelGenException">The device has too little memory.</exception>
    public Tensor Sample(int count, ulong seed, Tensor? labels = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        CheckLabels(labels, count);
        using var evaluation = EvaluationMode.Of(this);
        using var here = OnDevice(labels);
        try
        {
            using var inputs = Draw(count, seed, here);
            return InBlocks(inputs, here, SamplesOf);
        }
        catch (Exception exception) when (OutOfMemory.Explain(exception, Remedy) is { } explained)
        {
            throw explained;
        }
    }

    /// <summary>
    /// Generates new samples a block at a time, so that there may be more of them than fit in memory: one after another they are those of
    /// <see cref="Sample"/>, to the bit. Only the latents or codes that they are made from are there all at once.
    /// </summary>
    /// <param name="count">The number of samples, at least 1.</param>
    /// <param name="seed">The seed of the random draws; the same seed gives the same samples.</param>
    /// <param name="labels">The requested classes, int64 [count]; for a model with a condition. The caller keeps them until the last
    /// block is there.</param>
    /// <returns>Samples, [up to 64, …]; the caller disposes each block.</returns>
    /// <exception cref="ArgumentException">The count is below 1, or the labels do not suit the model.</exception>
    /// <exception cref="InvalidOperationException">A <see cref="VqVae"/> has no prior yet.</exception>
    /// <exception cref="ModelGenException">The device has too little memory.</exception>
    public IEnumerable<Tensor> SampleBlocks(int count, ulong seed, Tensor? labels = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        CheckLabels(labels, count);
        CheckCanDraw();
        return Walk();

        IEnumerable<Tensor> Walk()
        {
            // The caller's scopes may end between two blocks.
            using var here = OnDevice(labels)?.DetachFromDisposeScope();
            using var inputs = Next(() => Draw(count, seed, here)).DetachFromDisposeScope();
            for (long first = 0; first < count; first += MostAtOnce)
            {
                var size = Math.Min(MostAtOnce, count - first);
                var start = first;
                yield return Next(() =>
                {
                    using var block = inputs.narrow(0, start, size);
                    using var classes = here?.narrow(0, start, size);
                    return InBlocks(block, classes, SamplesOf);
                });
            }
        }

        Tensor Next(Func<Tensor> make)
        {
            using var evaluation = EvaluationMode.Of(this);
            try
            {
                return make();
            }
            catch (Exception exception) when (OutOfMemory.Explain(exception, Remedy) is { } explained)
            {
                throw explained;
            }
        }
    }

    /// <summary>The device of the model's parameters.</summary>
    public Device Device => parameters().First().device;

    /// <summary>Moves a caller's tensor, which may be on any device, to the model's device.</summary>
    /// <param name="given">A tensor, still owned by the caller; null if there is none.</param>
    /// <returns>The tensor on the model's device; the caller disposes it.</returns>
    [return: NotNullIfNotNull(nameof(given))]
    private protected Tensor? OnDevice(Tensor? given) => given?.to(Device);

    /// <summary>Checks samples: floating-point [batch, …] of the model's <see cref="SampleShape"/>.</summary>
    /// <param name="samples">The caller's samples.</param>
    /// <exception cref="ArgumentException">The type or the shape is wrong.</exception>
    protected void CheckSamples(Tensor samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        if (!samples.is_floating_point() || samples.dim() != SampleShape.Length + 1 || !samples.shape.AsSpan(1).SequenceEqual(SampleShape))
        {
            throw new ArgumentException(
                $"{GetName()} takes floating-point samples [batch, {string.Join(", ", SampleShape.ToArray())}]; it got "
                    + $"{samples.dtype} [{string.Join(", ", samples.shape)}].",
                nameof(samples)
            );
        }
    }

    /// <summary>
    /// Checks labels: int64 [batch] from 0 to <see cref="ClassCount"/> minus one, given if and only if the model has a condition. It
    /// synchronises with the device, so training steps, whose labels the data set has checked, skip it.
    /// </summary>
    /// <param name="labels">The caller's labels.</param>
    /// <param name="count">The required number of labels.</param>
    /// <exception cref="ArgumentException">The labels are missing, superfluous, of the wrong type or number, or out of range.</exception>
    protected void CheckLabels(Tensor? labels, long count)
    {
        if (ClassCount == 0 && labels is not null)
        {
            throw new ArgumentException($"{GetName()} takes no labels; its spec has no condition.", nameof(labels));
        }

        if (ClassCount > 0 && labels is null)
        {
            throw new ArgumentException(
                $"{GetName()} is conditioned on a class; give it labels from 0 to {ClassCount - 1}.",
                nameof(labels)
            );
        }

        if (labels is not null && (labels.dtype != ScalarType.Int64 || labels.dim() != 1 || labels.size(0) != count))
        {
            throw new ArgumentException(
                $"{GetName()} takes Int64 labels [{count}]; it got {labels.dtype} [{string.Join(", ", labels.shape)}].",
                nameof(labels)
            );
        }

        if (labels is not null && Indices.Outside(labels, ClassCount) is { } label)
        {
            throw new ArgumentException($"{GetName()} takes labels from 0 to {ClassCount - 1}; one of these is {label}.", nameof(labels));
        }
    }

    /// <summary>Throws where nothing can be drawn yet.</summary>
    private protected virtual void CheckCanDraw() { }

    /// <summary>Draws the latents or codes of new samples, [count, …], for valid labels.</summary>
    private protected abstract Tensor Draw(int count, ulong seed, Tensor? labels);

    /// <summary>The samples of valid latents or codes and labels, in the model's current mode.</summary>
    private protected abstract Tensor SamplesOf(Tensor inputs, Tensor? labels);

    /// <summary>
    /// What the model makes of any number of samples, latents or codes, in its current mode: a block at a time in evaluation mode without
    /// gradients, so that memory does not grow with their number beyond the result.
    /// </summary>
    /// <remarks>Gradients need the activations of all of them, and in training a layer may depend on the whole batch.</remarks>
    /// <param name="inputs">Samples, latents or codes, [count, …].</param>
    /// <param name="labels">Their classes, int64 [count]; for a model with a condition.</param>
    /// <param name="make">Makes the results of a block.</param>
    private protected Tensor[] AtOnceOrInBlocks(Tensor inputs, Tensor? labels, Func<Tensor, Tensor?, Tensor[]> make) =>
        training || is_grad_enabled() ? make(inputs, labels) : InBlocks([inputs, labels], parts => make(parts[0]!, parts[1]));

    /// <summary>Computes the results for any number of samples, latents or codes, a block at a time.</summary>
    /// <param name="inputs">Samples, latents or codes, [count, …].</param>
    /// <param name="labels">Their classes, int64 [count]; for a model with a condition.</param>
    /// <param name="make">Makes the results of a block.</param>
    private protected static Tensor InBlocks(Tensor inputs, Tensor? labels, Func<Tensor, Tensor?, Tensor> make) =>
        InBlocks([inputs, labels], parts => [make(parts[0]!, parts[1])])[0];

    /// <summary>Computes several results at once.</summary>
    /// <param name="inputs">What they depend on, each [count, …] or null.</param>
    /// <param name="make">Makes the results of a block.</param>
    private protected static Tensor[] InBlocks(Tensor?[] inputs, Func<Tensor?[], Tensor[]> make)
    {
        var count = inputs[0]!.size(0);
        using var scope = NewDisposeScope();
        Tensor[]? all = null;

        // The shapes of no results are those of an empty block.
        for (long first = 0; first < count || all is null; first += MostAtOnce)
        {
            using var block = NewDisposeScope();
            var size = Math.Min(MostAtOnce, count - first);
            var results = make(Array.ConvertAll(inputs, input => input?.narrow(0, first, size)));
            all ??= Array.ConvertAll(results, result =>
                empty([count, .. result.shape.AsSpan(1)], result.dtype, result.device).MoveToOuterDisposeScope()
            );
            foreach (var (whole, result) in all.Zip(results))
            {
                whole.narrow(0, first, size).copy_(result);
            }
        }

        return Array.ConvertAll(all, static whole => whole.MoveToOuterDisposeScope());
    }
}
