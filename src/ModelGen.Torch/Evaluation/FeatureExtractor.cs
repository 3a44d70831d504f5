using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Evaluation;

/// <summary>
/// Turns images into feature vectors, whose distances are perceptually meaningful; metrics for generated images compare such features.
/// Figures are comparable only if they come from the same extractor: the same <see cref="Name"/> and <see cref="Hash"/>.
/// </summary>
public abstract class FeatureExtractor : IDisposable
{
    private const int AtOnce = 256;

    /// <summary>The kind of extractor and its identity: <c>torchscript:NAME</c> or <c>classifier:SHAPE</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The SHA-256 of what determines the features (a file, or weights), in hexadecimal.</summary>
    public abstract string Hash { get; }

    /// <summary>The device on which the features are computed.</summary>
    public abstract Device Device { get; }

    /// <summary>Computes the features of images, without gradients, batch by batch.</summary>
    /// <param name="images">Floating-point [N, C, H, W] in [0, 1], on any device.</param>
    /// <param name="batchSize">Images per batch; it does not change the result beyond rounding.</param>
    /// <param name="cancellationToken">Stops before the next batch.</param>
    /// <returns>Features [N, d] on the CPU: Float32, or Float64 if the extractor computes in it.</returns>
    /// <exception cref="ArgumentException">The dtype, the shape or the range of the images is wrong.</exception>
    /// <exception cref="ModelGenException">The extractor cannot process such images, or does not return one vector per image.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Tensor Features(Tensor images, int batchSize = AtOnce, CancellationToken cancellationToken = default) =>
        InBatches(images, batchSize, new EvaluationProgress(cancellationToken), FeaturesOf);

    /// <summary>Computes the features of images, and reports progress.</summary>
    internal Tensor Features(Tensor images, EvaluationProgress progress) => InBatches(images, AtOnce, progress, FeaturesOf);

    /// <summary>Frees the network.</summary>
    public abstract void Dispose();

    /// <summary>Computes the features of one batch; called without gradients, inside a dispose scope.</summary>
    /// <param name="images">[n, C, H, W] in [0, 1], on <see cref="Device"/>.</param>
    /// <returns>Features [n, d].</returns>
    protected abstract Tensor Extract(Tensor images);

    /// <summary>Applies a function to each batch and gathers the results on the CPU.</summary>
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

            // Filled in place rather than concatenated at the end, which would hold everything twice.
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
                "Images must be floating-point [N, C, H, W], at least one; these are "
                    + $"{images.dtype} [{string.Join(", ", images.shape)}].",
                name
            );
        }

        using var scope = NewDisposeScope();
        var lowest = images.min().cpu().to(ScalarType.Float64).item<double>();
        var highest = images.max().cpu().to(ScalarType.Float64).item<double>();

        // Phrased so that NaN fails: every comparison with NaN is false.
        if (!(lowest >= 0 && highest <= 1))
        {
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"Image values must lie in [0, 1]; these range from {lowest} to {highest}: rescale or clamp them."
                ),
                name
            );
        }
    }
}
