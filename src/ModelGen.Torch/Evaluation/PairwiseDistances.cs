using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Evaluation;

/// <summary>
/// Euclidean distances between all vectors of two sets, a block of rows at a time, so that memory does not grow with the number of pairs.
/// </summary>
internal static class PairwiseDistances
{
    /// <summary>The number of elements in a block: 8 MB in Float64; a few such blocks are alive at once.</summary>
    public const long BlockElements = 1 << 20;

    // ‖x − y‖² = ‖x‖² + ‖y‖² − 2xᵀy: a result below this fraction of ‖x‖² + ‖y‖² is rounding error, and the vectors count as equal.
    private const double Rounding = 1e-12;

    // A vector on a ball's surface counts as inside, however the two distances were rounded.
    private const double Surface = 1e-9;

    /// <summary>Computes the squared distances block by block.</summary>
    /// <param name="from">Float64 [N, d].</param>
    /// <param name="to">Float64 [M, d].</param>
    /// <param name="use">
    /// Receives the index of a block's first row and the block's squared distances [n, M]; called inside its own dispose scope.
    /// </param>
    public static void ForEachBlock(Tensor from, Tensor to, Action<long, Tensor> use)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();

        // Translating both sets leaves distances unchanged; values near 0 lose less precision.
        var center = to.mean([0L]);
        var columns = to - center;
        using var columnSquares = columns.Squared();
        var columnNorms = columnSquares.sum(1);
        columnSquares.Dispose();
        var rowsPerBlock = Math.Max(1, BlockElements / to.size(0));

        // The same buffers for every block: glibc's allocator does not reuse freed blocks of this size, so its heap would grow with each.
        var (squares, roundings) = (Block(), Block());
        for (long start = 0; start < from.size(0); start += rowsPerBlock)
        {
            using var blockScope = NewDisposeScope();
            var rows = from.narrow(0, start, Math.Min(rowsPerBlock, from.size(0) - start)) - center;
            var squared = squares.narrow(0, 0, rows.size(0)).copy_(columnNorms).AddInPlace(rows.Squared().sum(1).unsqueeze(1));
            var smallest = roundings.narrow(0, 0, rows.size(0)).copy_(squared).TimesInPlace(Rounding);
            squared.addmm_(rows, columns.t(), beta: 1, alpha: -2);
            squared.MaskedFillInPlace(squared.le(smallest), 0);
            use(start, squared);
        }

        Tensor Block() => empty([Math.Min(rowsPerBlock, from.size(0)), to.size(0)], dtype: ScalarType.Float64, device: to.device);
    }

    /// <summary>Each vector's squared distance to its k-th nearest neighbour in the same set, not counting itself.</summary>
    /// <param name="set">Float64 [N, d] with N above <paramref name="neighbours"/>.</param>
    /// <param name="neighbours">k.</param>
    /// <returns>Float64 [N]: squared radii of closed balls, widened to allow for rounding.</returns>
    public static Tensor SquaredRadii(Tensor set, int neighbours)
    {
        using var scope = NewDisposeScope();
        var radii = empty([set.size(0)], dtype: ScalarType.Float64, device: set.device);
        ForEachBlock(set, set, (start, squared) =>
        {
            // The nearest neighbour of each vector is itself, at distance 0.
            var (nearest, _) = squared.topk(neighbours + 1, dim: 1, largest: false, sorted: true);
            radii.narrow(0, start, squared.size(0)).copy_(nearest.select(1, neighbours));
        });
        return radii.TimesInPlace(1 + Surface).MoveToOuterDisposeScope();
    }

    /// <summary>Checks and converts two sets for metrics that use nearest neighbours within each set.</summary>
    public static (Tensor Generated, Tensor Data) Check(Tensor generated, Tensor data, int neighbours)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(neighbours);
        var x = FeatureMatrix.ToFloat64(generated, nameof(generated), atLeast: neighbours + 1);
        var y = FeatureMatrix.ToFloat64(data, nameof(data), atLeast: neighbours + 1);
        FeatureMatrix.CheckSameSpace(x, y, nameof(data));
        return (x, y);
    }
}
