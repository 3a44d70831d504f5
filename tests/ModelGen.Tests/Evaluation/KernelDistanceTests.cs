using ModelGen.Evaluation;
using ModelGen.RandomNumbers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Evaluation;

public sealed class KernelDistanceTests : TorchTest
{
    [Fact]
    public void IsWhatNumpyComputes()
    {
        // x, y = points(1, 40, 4), points(2, 50, 4, 0.25, 0.1)[:40]; k = lambda p, q: (p @ q.T / 4 + 1)**3
        // ((k(x,x).sum() - np.trace(k(x,x))) + (k(y,y).sum() - np.trace(k(y,y)))) / (40 * 39) - 2 * k(x,y).mean()
        var distance = KernelDistance.Between(Sequence.Points(1, 40, 4), Sequence.Points(2, 50, 4, 0.25, 0.1)[..40], subsets: 3);
        Assert.Equal(2.609117939206593, distance.Mean, 1e-11);
        Assert.Equal(0, distance.StandardDeviation, 1e-12); // each subset is all there is
        Assert.Equal((3, 40), (distance.Subsets, distance.SubsetSize));
    }

    [Fact]
    public void SubsetsAreDrawnBySeedAndSummedUp()
    {
        const int Subsets = 5;
        const int Size = 7;
        const ulong Seed = 11;
        var (x, y) = (Sequence.Points(1, 30, 3), Sequence.Points(2, 20, 3, 0.5));
        var values = Enumerable.Range(0, Subsets).Select(subset => Discrepancy(Draw(x, 2 * subset), Draw(y, (2 * subset) + 1))).ToArray();
        var distance = KernelDistance.Between(x, y, Subsets, Size, Seed);
        Assert.Equal(values.Average(), distance.Mean, 1e-12);
        Assert.Equal(Math.Sqrt(values.Select(value => Math.Pow(value - values.Average(), 2)).Average()), distance.StandardDeviation, 1e-12);
        Assert.Equal(distance, KernelDistance.Between(x, y, Subsets, Size, Seed));
        Assert.NotEqual(distance.Mean, KernelDistance.Between(x, y, Subsets, Size, Seed + 1).Mean);

        static double[][] Draw(Tensor features, int index)
        {
            var permutation = new RandomPermutation(
                CounterRandom.Bits(Seed, CounterRandom.Stream.KernelSubsets, (ulong)index),
                features.size(0)
            );
            return [.. Enumerable.Range(0, Size).Select(row => features[permutation[row]].data<double>().ToArray())];
        }
    }

    [Fact]
    public void IsUnbiased()
    {
        // The mean over many small subsets comes near the estimate from all samples: within 5 standard errors.
        var (x, y) = (Sequence.Points(1, 60, 3), Sequence.Points(2, 60, 3, 0.1));
        var all = KernelDistance.Between(x, y, subsets: 1).Mean;
        var sampled = KernelDistance.Between(x, y, subsets: 2000, subsetSize: 5, seed: 3);
        Assert.InRange((sampled.Mean - all) / (sampled.StandardDeviation / Math.Sqrt(2000)), -5, 5);
        Assert.True(sampled.StandardDeviation > 0);
    }

    [Fact]
    public void NothingIsLeft()
    {
        var (x, y) = (Sequence.Points(1, 30, 3), Sequence.Points(2, 20, 3));
        AssertLeavesNothing(() => KernelDistance.Between(x, y, 3, 5));
    }

    private static double Discrepancy(double[][] x, double[][] y)
    {
        double m = x.Length;
        double Sum(double[][] p, double[][] q, bool withDiagonal) =>
            p.SelectMany(
                    (u, i) =>
                        q.Where((_, j) => withDiagonal || i != j)
                            .Select(v => Math.Pow((u.Zip(v, static (s, t) => s * t).Sum() / u.Length) + 1, 3))
                )
                .Sum();
        return ((Sum(x, x, false) + Sum(y, y, false)) / (m * (m - 1))) - (2 * Sum(x, y, true) / (m * m));
    }
}
