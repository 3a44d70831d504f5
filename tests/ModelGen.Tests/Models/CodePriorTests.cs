using ModelGen.Models;
using ModelGen.RandomNumbers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Models;

public sealed class CodePriorTests
{
    private const int Codes = 5;
    private const int Height = 3;
    private const int Width = 4;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void DrawsAreThoseOfTheFormula(int classes)
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var grids = Enumerable.Range(0, 30).Select(i => Neighbourly(new Random(i), i % classes)).ToArray();
        var prior = new CodePrior(Codes, [Height, Width], classes);
        foreach (var half in new[] { 0, 15 })
        {
            var flat = grids.Skip(half).Take(15).SelectMany(static grid => grid.Cast<long>()).ToArray();
            var counted = classes == 1 ? null : tensor(Enumerable.Range(half, 15).Select(i => (long)(i % classes)).ToArray());
            prior.Count(tensor(flat, [15, Height, Width]), counted);
        }

        var labels = Enumerable.Range(0, 50).Select(i => i / 3 % classes).ToArray();
        var drawn = prior.Draw(50, 77, classes == 1 ? null : tensor(labels.Select(static label => (long)label).ToArray()));

        Assert.Equal(
            labels.SelectMany((label, i) => Draw(grids, classes, 77, i, label).Cast<long>()),
            drawn.reshape(-1).data<long>().ToArray()
        );
        Assert.True(drawn.unique().output.numel() == Codes - 1); // code 3 never occurs
    }

    [Fact]
    public void NeighboursGoTogetherAsTheyDidInTheData()
    {
        using var scope = NewDisposeScope();

        // All of a grid is one code.
        var prior = new CodePrior(3, [4, 4], 1);
        var grids = (arange(300, dtype: ScalarType.Int64) % 3).view(-1, 1, 1).expand(-1, 4, 4);
        prior.Count(grids, null);
        var drawn = prior.Draw(300, 1, null);
        var same = (drawn == drawn.narrow(1, 0, 1).narrow(2, 0, 1)).all(1).all(1).sum().item<long>();
        Assert.InRange(same, 280, 300);
        Assert.All(Enumerable.Range(0, 3), code => Assert.InRange((drawn.select(1, 0).select(1, 0) == code).sum().item<long>(), 70, 130));
    }

    // A table of all pairs of codes would take 34 GB for each axis.
    [Fact]
    public void ALargeCodebookNeedsMemoryOnlyForWhatOccurs()
    {
        using var scope = NewDisposeScope();
        var prior = new CodePrior(65_536, [8, 8], 100);
        var grids = (arange(10, dtype: ScalarType.Int64) * 7_000).view(-1, 1, 1).expand(-1, 8, 8);
        prior.Count(grids, arange(10, dtype: ScalarType.Int64));
        var drawn = prior.Draw(20, 1, arange(20, dtype: ScalarType.Int64));

        Assert.True((drawn % 7_000 == 0).all().item<bool>());
        Assert.True(drawn.max().item<long>() <= 63_000);
    }

    // The formula, place by place and code by code.
    private static long[,] Draw(long[][,] data, int classes, ulong seed, int number, int label)
    {
        var grid = new long[Height, Width];
        var total = (double)data.Length * Height * Width;
        for (var place = 0; place < Height * Width; place++)
        {
            var (y, x) = (place / Width, place % Width);
            var weights = new double[Codes];
            for (var code = 0; code < Codes; code++)
            {
                var ofClass = data.Where((_, i) => i % classes == label).ToList();
                weights[code] = (ofClass.Count(one => one[y, x] == code) + Share(code)) / (ofClass.Count + 1);
                if (x > 0)
                {
                    weights[code] *= Given(code, grid[y, x - 1], 0, 1);
                }

                if (y > 0)
                {
                    weights[code] *= Given(code, grid[y - 1, x], 1, 0);
                }
            }

            var point = CounterRandom.Uniform(seed, CounterRandom.Stream.Codes, (ulong)((number * Height * Width) + place)) * weights.Sum();
            var chosen = 0;
            for (var reached = weights[0]; reached <= point; reached += weights[chosen])
            {
                chosen++;
            }

            grid[y, x] = chosen;
        }

        return grid;

        double Share(long code) => data.Sum(one => one.Cast<long>().Count(c => c == code)) / total;

        double Given(long code, long neighbour, int down, int right)
        {
            var (both, own) = (0, 0);
            foreach (var one in data)
            {
                for (var y = down; y < Height; y++)
                {
                    for (var x = right; x < Width; x++)
                    {
                        own += one[y, x] == code ? 1 : 0;
                        both += one[y, x] == code && one[y - down, x - right] == neighbour ? 1 : 0;
                    }
                }
            }

            return (both + Share(neighbour)) / (own + 1);
        }
    }

    // Codes that are often their left neighbour's, and never 3.
    private static long[,] Neighbourly(Random random, int label)
    {
        var grid = new long[Height, Width];
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                grid[y, x] = x > 0 && random.Next(2) == 0 ? grid[y, x - 1] : new long[] { 0, 1, 2, 4 }[random.Next(2 + label, 4)];
            }
        }

        grid[0, 0] = random.Next(3);
        return grid;
    }
}
