using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Evaluation;

/// <summary>
/// Turns images into feature vectors, in which distances mean something to a viewer; metrics of generated images compare such
/// features. Figures are comparable only where they come from the same extractor: the same <see cref="Name"/> and <see cref="Hash"/>.
/// </summary>
public abstract class FeatureExtractor : IDisposable
{
    private const int AtOnce = 256;

    /// <summary>What kind of extractor this is, and which: <c>torchscript:NAME</c> or <c>classifier:SHAPE</c>.</summary>
    public abstract string Name { get; }

    /// <summary>SHA-256 of what determines the features (a file, or weights) as hexadecimal digits.</summary>
    public abstract string Hash { get; }

    /// <summary>Where the features are computed.</summary>
    public abstract Device Device { get; }

    /// <summary>Computes the features of images, without gradients and one batch at a time.</summary>
    /// <param name="images">Floating-point numbers [N, C, H, W] in [0, 1], on any device.</param>
    /// <param name="batchSize">Images to compute at once; it does not change the result beyond rounding.</param>
    /// <param name="cancellationToken">Stops before the next batch.</param>
    /// <returns>Features [N, d] on the CPU: Float32, or Float64 where the extractor computes in it.</returns>
    /// <exception cref="ArgumentException">The type, the shape or the range of the images is wrong.</exception>
    /// <exception cref="ModelGenException">The extractor cannot read such images, or does not give one vector for each.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Tensor Features(Tensor images, int batchSize = AtOnce, CancellationToken cancellationToken = default) =>
        InBatches(images, batchSize, new EvaluationProgress(cancellationToken), FeaturesOf);

    /// <summary>Computes the features of images, and tells how many are done.</summary>
    internal Tensor Features(Tensor images, EvaluationProgress progress) => InBatches(images, AtOnce, progress, FeaturesOf);

    /// <summary>Frees the network.</summary>
    public abstract void Dispose();

    /// <summary>Computes the features of one batch; called without gradients, inside a dispose scope.</summary>
    /// <param name="images">[n, C, H, W] in [0, 1], on <see cref="Device"/>.</param>
    /// <returns>Features [n, d].</returns>
    protected abstract Tensor Extract(Tensor images);

    /// <summary>Applies a function to each batch and puts its results together on the CPU.</summary>
    private protected Tensor InBatches(Tensor images, int batchSize, EvaluationProgress progress, Func<Tensor, Tensor> apply)
    {
        CheckImages(images, nameof(images));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var count = images.size(0);
        Tensor? all = null;
        for (long start = 0; start < count; start += batchSize)
        {
            progress.Advance(start, count);
            using var batchScope = NewDisposeScope();
            var length = Math.Min(batchSize, count - start);
            var results = apply(images.narrow(0, start, length).to(Device)).cpu();

            // Filled in place rather than put together at the end, which would hold everything twice.
            all ??= empty([count, .. results.shape[1..]], dtype: results.dtype).MoveToOuterDisposeScope();
            all.narrow(0, start, length).copy_(results);
        }

        return all!.MoveToOuterDisposeScope();
    }

    private Tensor FeaturesOf(Tensor images)
    {
        var features = Extract(images);
        return features.dtype == ScalarType.Float64 ? features : features.to(ScalarType.Float32);
    }

    private protected static void CheckImages(Tensor images, string name)
    {
        ArgumentNullException.ThrowIfNull(images, name);
        if (!images.is_floating_point() || images.dim() != 4 || images.numel() == 0)
        {
            throw new ArgumentException(
                "Images are floating-point numbers [N, C, H, W], at least one; these are "
                    + $"{images.dtype} [{string.Join(", ", images.shape)}].",
                name
            );
        }

        using var scope = NewDisposeScope();
        var lowest = images.min().cpu().to(ScalarType.Float64).item<double>();
        var highest = images.max().cpu().to(ScalarType.Float64).item<double>();

        // Not the other way round: a comparison with NaN is false.
        if (!(lowest >= 0 && highest <= 1))
        {
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"The images' values lie in [0, 1]; these reach from {lowest} to {highest}: rescale or clamp them."
                ),
                name
            );
        }
    }
}
