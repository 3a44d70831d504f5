using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Evaluation;

/// <summary>
/// For each generated sample the training samples nearest to it, by Euclidean distance: to show beside it, and to see whether the model
/// repeats its data (<see cref="DataCopying"/>). In feature space pass features, in pixel space the pictures themselves.
/// </summary>
public sealed class NearestNeighbours : IDisposable
{
    private NearestNeighbours(Tensor indices, Tensor distances)
    {
        Indices = indices;
        Distances = distances;
    }

    /// <summary>Which training samples, nearest first: Int64 [N, k] on the CPU.</summary>
    public Tensor Indices { get; }

    /// <summary>How far away they are: Float64 [N, k] on the CPU.</summary>
    public Tensor Distances { get; }

    /// <summary>Finds the neighbours, blockwise: memory grows with the sets, not with the number of pairs.</summary>
    /// <param name="samples">The generated samples [N, …]: features, or pictures.</param>
    /// <param name="training">The training samples [M, …] of the same kind, on the same device.</param>
    /// <param name="count">k, at most M.</param>
    /// <returns>The neighbours, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">A type or a shape is wrong, or there are fewer than <paramref name="count"/> training samples.</exception>
    /// <exception cref="ModelGenException">A number is infinite or NaN.</exception>
    public static NearestNeighbours Find(Tensor samples, Tensor training, int count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var x = FeatureMatrix.ToFloat64(samples, nameof(samples));
        var y = FeatureMatrix.ToFloat64(training, nameof(training), atLeast: count);
        FeatureMatrix.CheckSameSpace(x, y, nameof(training));
        var indices = empty([x.size(0), count], dtype: ScalarType.Int64);
        var distances = empty([x.size(0), count], dtype: ScalarType.Float64);
        PairwiseDistances.ForEachBlock(x, y, (start, squared) =>
        {
            var length = squared.size(0);
            var (_, candidates) = squared.topk(count, dim: 1, largest: false, sorted: true); // [n, k]
            var rows = x.narrow(0, start, length);
            var exact = empty([length, count], dtype: ScalarType.Float64, device: x.device);
            for (long neighbour = 0; neighbour < count; neighbour++)
            {
                // Once more from the differences, so that a picture's distance to its copy is 0 and small ones keep their digits.
                using var neighbourScope = NewDisposeScope();
                var difference = y.index_select(0, candidates.select(1, neighbour)).sub_(rows);
                exact.select(1, neighbour).copy_(difference.square().sum(1).sqrt());
            }

            var (sorted, order) = exact.sort(dim: 1, stable: true);
            distances.narrow(0, start, length).copy_(sorted);
            indices.narrow(0, start, length).copy_(candidates.gather(1, order));
        });
        return new NearestNeighbours(indices.DetachFromDisposeScope(), distances.DetachFromDisposeScope());
    }

    /// <summary>Frees both tensors.</summary>
    public void Dispose()
    {
        Indices.Dispose();
        Distances.Dispose();
    }
}
