using ModelGen.Layers;
using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Evaluation;

/// <summary>
/// The training samples nearest to each generated sample by Euclidean distance: to show beside it, and to detect whether the model copies
/// its data (<see cref="DataCopying"/>). Pass features to search in feature space, or the images themselves for pixel space.
/// </summary>
public sealed class NearestNeighbours : IDisposable
{
    private NearestNeighbours(Tensor indices, Tensor distances)
    {
        Indices = indices;
        Distances = distances;
    }

    /// <summary>The indices of the training samples, nearest first: Int64 [N, k] on the CPU.</summary>
    public Tensor Indices { get; }

    /// <summary>Their distances: Float64 [N, k] on the CPU.</summary>
    public Tensor Distances { get; }

    /// <summary>Finds the neighbours, block by block: memory grows with the number of samples, not of pairs.</summary>
    /// <param name="samples">The generated samples [N, …]: features, or images.</param>
    /// <param name="training">The training samples [M, …] of the same kind, on the same device.</param>
    /// <param name="count">k, at most M.</param>
    /// <returns>The neighbours, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">A dtype or a shape is wrong, or there are fewer than <paramref name="count"/> training
    /// samples.</exception>
    /// <exception cref="ModelGenException">A value is infinite or NaN.</exception>
    public static NearestNeighbours Find(Tensor samples, Tensor training, int count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        FeatureMatrix.Check(training, nameof(training), atLeast: count);
        var x = FeatureMatrix.ToFloat64(samples, nameof(samples));
        var indices = zeros([x.size(0), count], dtype: ScalarType.Int64, device: x.device);
        var distances = Numbers.Full([x.size(0), count], double.PositiveInfinity, ScalarType.Float64, x.device);

        // A part of the training samples at a time: a pixel takes eight times as much memory in Float64 as in a byte.
        var length = Math.Max(1, PairwiseDistances.BlockElements / x.size(1));
        for (long first = 0; first < training.size(0); first += length)
        {
            using var partScope = NewDisposeScope();
            var y = FeatureMatrix.ToFloat64(training.narrow(0, first, Math.Min(length, training.size(0) - first)), nameof(training));
            FeatureMatrix.CheckSameSpace(x, y, nameof(training));
            PairwiseDistances.ForEachBlock(x, y, (start, squared) =>
            {
                var (partDistances, partIndices) = Nearest(
                    squared,
                    x.narrow(0, start, squared.size(0)),
                    y,
                    (int)Math.Min(count, y.size(0))
                );
                var bestDistances = distances.narrow(0, start, squared.size(0));
                var bestIndices = indices.narrow(0, start, squared.size(0));

                // The sort is stable: of two equally near samples, the one with the lower index comes first.
                var (sorted, order) = cat([bestDistances, partDistances], 1).sort(dim: 1, stable: true);
                bestDistances.copy_(sorted.narrow(1, 0, count));
                bestIndices.copy_(cat([bestIndices, partIndices.Plus(first)], 1).gather(1, order.narrow(1, 0, count)));
            });
        }

        return new NearestNeighbours(indices.cpu().DetachFromDisposeScope(), distances.cpu().DetachFromDisposeScope());
    }

    /// <summary>Frees both tensors.</summary>
    public void Dispose()
    {
        Indices.Dispose();
        Distances.Dispose();
    }

    /// <summary>The nearest training samples for a block, [n, k], with their distances.</summary>
    private static (Tensor Distances, Tensor Indices) Nearest(Tensor squared, Tensor rows, Tensor training, int count)
    {
        var (_, candidates) = squared.topk(count, dim: 1, largest: false, sorted: true); // [n, k]
        var exact = empty(candidates.shape, dtype: ScalarType.Float64, device: rows.device);
        for (long neighbour = 0; neighbour < count; neighbour++)
        {
            // Recomputed from the differences, so that the distance of an image to its copy is 0 and small distances keep their precision.
            using var neighbourScope = NewDisposeScope();
            var difference = training.index_select(0, candidates.select(1, neighbour)).sub_(rows);
            exact.select(1, neighbour).copy_(difference.Squared().sum(1).sqrt());
        }

        return (exact, candidates);
    }
}
