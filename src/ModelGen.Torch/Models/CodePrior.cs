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
/// drawn. Only what occurs is kept, as a table of all pairs of codes would not fit in memory for a large codebook. Everything is on the
/// CPU, so that draws are the same on every device.
/// </remarks>
internal sealed class CodePrior
{
    private readonly int _codes;
    private readonly long[] _grid;
    private readonly int _size; // positions in a grid
    private readonly double[] _uses; // of each code
    private readonly Dictionary<long, int>?[] _places; // for each class and position, how often each code occurs there
    private readonly Dictionary<long, int>?[][] _befores; // for each axis and preceding neighbour, how often each code follows it
    private readonly double[][] _afters; // for each axis, how often each code has a preceding neighbour

    public CodePrior(int codes, long[] grid, long classes)
    {
        (_codes, _grid, _size) = (codes, grid, checked((int)grid.Aggregate(static (a, b) => a * b)));
        _uses = new double[codes];
        _places = new Dictionary<long, int>?[checked((int)(classes * _size))];
        _befores = Array.ConvertAll(grid, _ => new Dictionary<long, int>?[codes]);
        _afters = Array.ConvertAll(grid, _ => new double[codes]);
    }

    /// <summary>
    /// Counts grids of codes, int64 [batch, …], with their labels, int64 [batch]; null if there is only one class.
    /// </summary>
    public void Count(Tensor codes, Tensor? labels)
    {
        var (grids, classes) = (Numbers(codes), labels is null ? null : Numbers(labels));
        for (var i = 0; i < grids.Length; i++)
        {
            var (code, place) = (grids[i], i % _size);
            _uses[code]++;
            Add(_places[((classes?[i / _size] ?? 0) * _size) + place] ??= [], code);
            var step = 1;
            for (var axis = _grid.Length - 1; axis >= 0; axis--)
            {
                if (place / step % _grid[axis] > 0)
                {
                    Add(_befores[axis][grids[i - step]] ??= [], code);
                    _afters[axis][code]++;
                }

                step *= (int)_grid[axis];
            }
        }
    }

    /// <summary>Draws grids of codes, int64 [count, …]; each is a function of the seed, its number and its label alone.</summary>
    public Tensor Draw(int count, ulong seed, Tensor? labels)
    {
        var total = _uses.Sum();
        var used = Enumerable.Range(0, _codes).Where(code => _uses[code] > 0).ToArray();
        var ranks = new int[_codes]; // of the codes among those in use
        for (var i = 0; i < used.Length; i++)
        {
            ranks[used[i]] = i;
        }

        var shares = Array.ConvertAll(used, code => _uses[code] / total);
        var afters = Array.ConvertAll(_afters, counts => Array.ConvertAll(used, code => counts[code] + 1));
        var totals = Array.ConvertAll(_places, static counts => 1.0 + (counts?.Values.Sum(static number => (long)number) ?? 0));
        var classes = labels is null ? null : Numbers(labels);
        var grids = new long[(long)count * _size];
        var (weights, factors) = (new double[used.Length], new double[used.Length]);
        for (var i = 0; i < grids.Length; i++)
        {
            var place = i % _size;
            var row = ((classes?[i / _size] ?? 0) * _size) + place;
            for (var k = 0; k < weights.Length; k++)
            {
                weights[k] = shares[k] / totals[row];
            }

            foreach (var (code, number) in _places[row] ?? [])
            {
                var k = ranks[code];
                weights[k] = (number + shares[k]) / totals[row];
            }

            var step = 1;
            for (var axis = _grid.Length - 1; axis >= 0; axis--)
            {
                if (place / step % _grid[axis] > 0)
                {
                    var before = grids[i - step];
                    var share = shares[ranks[before]];
                    Array.Fill(factors, share);
                    foreach (var (code, number) in _befores[axis][before] ?? [])
                    {
                        factors[ranks[code]] = number + share;
                    }

                    for (var k = 0; k < weights.Length; k++)
                    {
                        weights[k] *= factors[k] / afters[axis][k];
                    }
                }

                step *= (int)_grid[axis];
            }

            grids[i] = used[Chosen(weights, CounterRandom.Uniform(seed, CounterRandom.Stream.Codes, (ulong)i))];
        }

        return tensor(grids, [count, .. _grid]);
    }

    // The first rank up to which the weights have more than a share of their sum.
    private static int Chosen(double[] weights, double share)
    {
        var sum = 0.0;
        for (var k = 0; k < weights.Length; k++)
        {
            sum += weights[k];
            weights[k] = sum;
        }

        // Rounding may make the product the whole sum, which is the last one's.
        var chosen = Array.FindIndex(weights, cumulative => cumulative > share * sum);
        return chosen < 0 ? weights.Length - 1 : chosen;
    }

    private static void Add(Dictionary<long, int> counts, long code) => counts[code] = counts.GetValueOrDefault(code) + 1;

    private static long[] Numbers(Tensor tensor)
    {
        using var here = tensor.cpu();
        using var dense = here.contiguous();
        return [.. dense.data<long>()];
    }
}
