using ModelGen.Native;
using ModelGen.RandomNumbers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Models;

/// <summary>
/// A prior over grids of codes made of counts: p(c | place, class) p(left | c) p(above | c), scaled to a sum of 1, with the place and the two
/// neighbours independent of each other given the code. Grids are drawn row by row.
/// </summary>
/// <remarks>
/// Each of the three is smoothed as if it had been seen once more with all codes in their overall shares. A code that never occurs is never
/// drawn. Everything is on the CPU, so that draws are the same on every device.
/// </remarks>
internal sealed class CodePrior : IDisposable
{
    private readonly long _codes;
    private readonly long _height;
    private readonly long _width;
    private readonly Tensor _places; // [classes h w, K]
    private readonly Tensor _lefts; // [K, K], a row for each left neighbour
    private readonly Tensor _aboves; // [K, K], a row for each neighbour above

    public CodePrior(long codes, long height, long width, long classes)
    {
        (_codes, _height, _width) = (codes, height, width);
        _places = zeros([classes * height * width, codes], dtype: ScalarType.Float64).DetachFromDisposeScope();
        _lefts = zeros([codes, codes], dtype: ScalarType.Float64).DetachFromDisposeScope();
        _aboves = zeros([codes, codes], dtype: ScalarType.Float64).DetachFromDisposeScope();
    }

    /// <summary>Counts grids of codes, int64 [batch, h, w], of the classes of the labels, int64 [batch]; null where there is one class.</summary>
    public void Count(Tensor codes, Tensor? labels)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var grids = codes.cpu();
        Add(_places, Places(grids.size(0), labels).view(-1, _height, _width), grids);
        Add(_lefts, grids.narrow(2, 0, _width - 1), grids.narrow(2, 1, _width - 1));
        Add(_aboves, grids.narrow(1, 0, _height - 1), grids.narrow(1, 1, _height - 1));
    }

    /// <summary>Grids of codes, int64 [count, h, w]; each is a function of the seed, its number and its label alone.</summary>
    public Tensor Draw(int count, ulong seed, Tensor? labels)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var shares = _places.sum([0]);
        shares /= shares.sum(); // [K]
        var places = _places.Plus(shares) / _places.sum([1], keepdim: true).Plus(1);
        var (lefts, aboves) = (GivenCode(_lefts, shares), GivenCode(_aboves, shares));
        var rows = Places(count, labels); // [count, h w]
        var uniforms = Uniforms(count, seed); // [count, h w]
        var grids = zeros([count, _height, _width], dtype: ScalarType.Int64);
        for (var y = 0; y < _height; y++)
        {
            for (var x = 0; x < _width; x++)
            {
                using var inner = NewDisposeScope();
                var place = (y * _width) + x;
                var weights = places.index_select(0, rows.select(1, place)); // [count, K]
                if (x > 0)
                    weights.mul_(lefts.index_select(0, grids.select(1, y).select(1, x - 1)));
                if (y > 0)
                    weights.mul_(aboves.index_select(0, grids.select(1, y - 1).select(1, x)));
                var cumulative = weights.cumsum(1);
                var points = uniforms.narrow(1, place, 1) * cumulative.narrow(1, _codes - 1, 1);
                grids.select(1, y).select(1, x).copy_((cumulative <= points).sum([1]));
            }
        }

        return grids.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _places.Dispose();
        _lefts.Dispose();
        _aboves.Dispose();
    }

    /// <summary>Adds one to each table[row, code].</summary>
    private void Add(Tensor table, Tensor rows, Tensor codes)
    {
        var cells = rows.Times(_codes).Plus(codes).reshape(-1);
        table.view(-1).IndexAddInPlace(0, cells, ones_like(cells, dtype: ScalarType.Float64));
    }

    /// <summary>p(neighbour | code), with a row for each neighbour.</summary>
    private static Tensor GivenCode(Tensor counts, Tensor shares) => counts.Plus(shares.unsqueeze(1)) / counts.sum([0], keepdim: true).Plus(1);

    /// <summary>The rows of the table of places, [count, h w].</summary>
    private Tensor Places(long count, Tensor? labels)
    {
        var places = Numbers.Range(_height * _width, ScalarType.Int64);
        return labels is null ? places.expand(count, -1) : labels.cpu().unsqueeze(1).Times(_height * _width).Plus(places);
    }

    private Tensor Uniforms(int count, ulong seed)
    {
        var numbers = new double[count * _height * _width];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = CounterRandom.Uniform(seed, CounterRandom.Stream.Codes, (ulong)i);
        return tensor(numbers, [count, _height * _width]);
    }
}
