using ModelGen.Native;
using ModelGen.RandomNumbers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Models;

/// <summary>
/// A prior over grids of codes, estimated by counting: p(c | position, class) times p(neighbour | c) for the preceding neighbour along each
/// axis, normalised; position and neighbours are assumed independent given the code. The codes of a grid are drawn in memory order.
/// </summary>
/// <remarks>
/// Each factor is smoothed with one extra count, shared among all codes by their overall frequencies. A code that never occurs is never
/// drawn. Everything is on the CPU, so that draws are the same on every device.
/// </remarks>
internal sealed class CodePrior : IDisposable
{
    private readonly long _codes;
    private readonly long[] _grid;
    private readonly long _size; // positions in a grid
    private readonly Tensor _places; // [classes size, K]
    private readonly Tensor[] _befores; // for each axis [K, K], a row for each preceding neighbour

    public CodePrior(long codes, long[] grid, long classes)
    {
        (_codes, _grid, _size) = (codes, grid, grid.Aggregate(static (a, b) => a * b));
        _places = zeros([classes * _size, codes], dtype: ScalarType.Float64).DetachFromDisposeScope();
        _befores = Array.ConvertAll(grid, _ => zeros([codes, codes], dtype: ScalarType.Float64).DetachFromDisposeScope());
    }

    /// <summary>
    /// Counts grids of codes, int64 [batch, …], with their labels, int64 [batch]; null if there is only one class.
    /// </summary>
    public void Count(Tensor codes, Tensor? labels)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var grids = codes.cpu();
        Add(_places, Places(grids.size(0), labels).view([-1, .. _grid]), grids);
        for (var axis = 0; axis < _grid.Length; axis++)
        {
            Add(_befores[axis], grids.narrow(axis + 1, 0, _grid[axis] - 1), grids.narrow(axis + 1, 1, _grid[axis] - 1));
        }
    }

    /// <summary>Draws grids of codes, int64 [count, …]; each is a function of the seed, its number and its label alone.</summary>
    public Tensor Draw(int count, ulong seed, Tensor? labels)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var shares = _places.sum([0]);
        shares /= shares.sum(); // [K]
        var places = _places.Plus(shares) / _places.sum([1], keepdim: true).Plus(1);
        var befores = Array.ConvertAll(_befores, counts => GivenCode(counts, shares));
        var rows = Places(count, labels); // [count, size]
        var uniforms = Uniforms(count, seed); // [count, size]
        var grids = zeros([count, _size], dtype: ScalarType.Int64);
        for (long place = 0; place < _size; place++)
        {
            using var inner = NewDisposeScope();
            var weights = places.index_select(0, rows.select(1, place)); // [count, K]
            var step = 1L;
            for (var axis = _grid.Length - 1; axis >= 0; axis--)
            {
                if (place / step % _grid[axis] > 0)
                {
                    weights.mul_(befores[axis].index_select(0, grids.select(1, place - step)));
                }

                step *= _grid[axis];
            }

            var cumulative = weights.cumsum(1);
            var points = uniforms.narrow(1, place, 1) * cumulative.narrow(1, _codes - 1, 1);
            grids.select(1, place).copy_((cumulative <= points).sum([1]));
        }

        return grids.view([count, .. _grid]).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _places.Dispose();
        foreach (var counts in _befores)
        {
            counts.Dispose();
        }
    }

    /// <summary>Adds one to each table[row, code].</summary>
    private void Add(Tensor table, Tensor rows, Tensor codes)
    {
        var cells = rows.Times(_codes).Plus(codes).reshape(-1);
        table.view(-1).IndexAddInPlace(0, cells, ones_like(cells, dtype: ScalarType.Float64));
    }

    /// <summary>p(neighbour | code), with a row for each neighbour.</summary>
    private static Tensor GivenCode(Tensor counts, Tensor shares) =>
        counts.Plus(shares.unsqueeze(1)) / counts.sum([0], keepdim: true).Plus(1);

    /// <summary>The rows of the table of positions, [count, size].</summary>
    private Tensor Places(long count, Tensor? labels)
    {
        var places = Numbers.Range(_size, ScalarType.Int64);
        return labels is null ? places.expand(count, -1) : labels.cpu().unsqueeze(1).Times(_size).Plus(places);
    }

    private Tensor Uniforms(int count, ulong seed)
    {
        var numbers = new double[count * _size];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = CounterRandom.Uniform(seed, CounterRandom.Stream.Codes, (ulong)i);
        }

        return tensor(numbers, [count, _size]);
    }
}
