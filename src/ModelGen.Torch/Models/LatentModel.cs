using ModelGen.Layers;
using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Models;

/// <summary>A model that generates samples from the vectors of a latent space, whose axes are N(0, 1).</summary>
public abstract class LatentModel : SampleModel
{
    /// <summary>Creates the module.</summary>
    /// <param name="name">The model's name, as written in its spec; it is stored in checkpoints.</param>
    /// <exception cref="ModelGenException">libtorch cannot be loaded; the message says what is missing.</exception>
    protected LatentModel(string name)
        : base(name) { }

    /// <summary>The number of axes of the latent space.</summary>
    public abstract int LatentSize { get; }

    /// <summary>Samples along a path from one latent to another, both included.</summary>
    /// <param name="from">The first latent, [latent].</param>
    /// <param name="to">The last latent, [latent].</param>
    /// <param name="steps">The number of samples, at least 2.</param>
    /// <param name="interpolation">The kind of path.</param>
    /// <param name="label">The class of all samples; for a model with a condition.</param>
    /// <returns>Samples, [steps, …]; the caller disposes them.</returns>
    /// <exception cref="ArgumentException">A latent or the label does not suit the model.</exception>
    public Tensor Interpolate(Tensor from, Tensor to, int steps, Interpolation interpolation = Interpolation.Linear, int? label = null)
    {
        using var first = OnDevice(from);
        using var last = OnDevice(to);
        using var latents = LatentPath.Between(first, last, steps, interpolation);
        return SamplesOn(latents, label);
    }

    /// <summary>Samples of one latent while one of its axes varies.</summary>
    /// <param name="latent">The latent, [latent].</param>
    /// <param name="axis">The axis that varies, from 0.</param>
    /// <param name="from">Its first value.</param>
    /// <param name="to">Its last value; a latent's axes have a standard deviation of 1.</param>
    /// <param name="steps">The number of samples, at least 2.</param>
    /// <param name="label">The class of all samples; for a model with a condition.</param>
    /// <returns>Samples, [steps, …]; the caller disposes them.</returns>
    /// <exception cref="ArgumentException">The latent, the axis or the label does not suit the model.</exception>
    public Tensor Traverse(Tensor latent, int axis, double from = -3, double to = 3, int steps = 7, int? label = null)
    {
        using var latents = LatentPath.Along(latent, axis, from, to, steps);
        return SamplesOn(latents, label);
    }

    /// <summary>Checks latents: floating-point [batch, latent].</summary>
    /// <param name="latents">The caller's latents.</param>
    /// <exception cref="ArgumentException">The type or the shape is wrong.</exception>
    protected void CheckLatents(Tensor latents)
    {
        ArgumentNullException.ThrowIfNull(latents);
        if (!latents.is_floating_point() || latents.dim() != 2 || latents.size(1) != LatentSize)
        {
            throw new ArgumentException(
                $"{GetName()} takes floating-point latents [batch, {LatentSize}]; it got "
                    + $"{latents.dtype} [{string.Join(", ", latents.shape)}].",
                nameof(latents)
            );
        }
    }

    private protected sealed override Tensor Draw(int count, ulong seed, Tensor? labels) =>
        LatentNoise.Normal([count, LatentSize], seed, Device);

    private Tensor SamplesOn(Tensor latents, int? label)
    {
        CheckLatents(latents);
        using var evaluation = EvaluationMode.Of(this);
        using var here = OnDevice(latents);
        using var labels = label is { } one ? Numbers.Full([here.size(0)], one, ScalarType.Int64, here.device) : null;
        CheckLabels(labels, here.size(0));
        return InBlocks(here, labels, SamplesOf);
    }
}
