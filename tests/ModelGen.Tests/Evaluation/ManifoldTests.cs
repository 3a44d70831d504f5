using ModelGen.Evaluation;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Evaluation;

/// <summary>Precision and recall, density and coverage.</summary>
public sealed class ManifoldTests : TorchTest
{
    // x, y = points(1, 40, 4), points(2, 50, 4, 0.25, 0.1)
    // d = lambda p, q: np.sqrt(((p[:, None] - q[None])**2).sum(-1)); r = lambda p, k: np.sort(d(p, p), 1)[:, k]; D = d(y, x)
    // (D <= r(y, k)[:, None]).any(0).mean(), (D <= r(x, k)[None]).any(1).mean(), (D <= r(y, k)[:, None]).sum(0).mean() / k, (D.min(1) <=
    // r(y, k)).mean()
    [Theory]
    [InlineData(1, 0.8, 0.18, 1.125, 0.16)]
    [InlineData(3, 0.95, 0.32, 0.7583333333333333, 0.32)]
    [InlineData(5, 0.975, 0.38, 0.71, 0.4)]
    public void IsWhatNumpyComputes(int neighbours, double precision, double recall, double density, double coverage)
    {
        var (x, y) = (Sequence.Points(1, 40, 4), Sequence.Points(2, 50, 4, 0.25, 0.1));
        var first = PrecisionRecall.Between(x, y, neighbours);
        var second = DensityCoverage.Between(x, y, neighbours);
        Assert.Equal((precision, recall), (first.Precision, first.Recall));
        Assert.Equal(density, second.Density, 1e-15);
        Assert.Equal(coverage, second.Coverage);
        Assert.Equal((neighbours, neighbours), (first.Neighbours, second.Neighbours));
    }

    [Fact]
    public void ManyBlocksGiveWhatOneByOneGives()
    {
        // 2100 × 2100 distances are more than one block holds.
        const int Count = 2100;
        const int Neighbours = 4;
        var (x, y) = (Sequence.Points(8, Count, 2), Sequence.Points(9, Count, 2, 0.2, 0.3));
        var (generated, data) = (Rows(x), Rows(y));
        var (generatedRadii, dataRadii) = (Radii(generated), Radii(data));
        var precision = generated.Count(point => Enumerable.Range(0, Count).Any(i => Distance(point, data[i]) <= dataRadii[i]));
        var recall = data.Count(point => Enumerable.Range(0, Count).Any(i => Distance(point, generated[i]) <= generatedRadii[i]));
        var pairs = Enumerable.Range(0, Count).Sum(i => (long)generated.Count(point => Distance(point, data[i]) <= dataRadii[i]));
        var covered = Enumerable.Range(0, Count).Count(i => generated.Any(point => Distance(point, data[i]) <= dataRadii[i]));

        Assert.Equal(
            new PrecisionRecall((double)precision / Count, (double)recall / Count, Neighbours),
            PrecisionRecall.Between(x, y, Neighbours)
        );
        Assert.Equal(
            new DensityCoverage((double)pairs / (Neighbours * Count), (double)covered / Count, Neighbours),
            DensityCoverage.Between(x, y, Neighbours)
        );

        static (double X, double Y)[] Rows(Tensor points) =>
            [.. points.data<double>().ToArray().Chunk(2).Select(static row => (row[0], row[1]))];
        static double Distance((double X, double Y) p, (double X, double Y) q) =>
            Math.Sqrt(((p.X - q.X) * (p.X - q.X)) + ((p.Y - q.Y) * (p.Y - q.Y)));
        static double[] Radii((double X, double Y)[] points) =>
            [.. points.Select(point => points.Select(other => Distance(point, other)).Order().ElementAt(Neighbours))];
    }

    [Fact]
    public void EqualSetsCoverEachOther()
    {
        // Each ball holds its centre and the k neighbours it reaches to, so the density is (k + 1) / k. Far from 0, so that rounding
        // matters.
        var x = Sequence.Points(3, 50, 6) + 1e4;
        Assert.Equal(new PrecisionRecall(1, 1, 3), PrecisionRecall.Between(x, x.flip(0)));
        Assert.Equal(new DensityCoverage(6 / 5.0, 1, 5), DensityCoverage.Between(x, x.flip(0)));
    }

    [Fact]
    public void SetsFarApartHaveNothingInCommon()
    {
        var x = Sequence.Points(3, 20, 6);
        Assert.Equal(new PrecisionRecall(0, 0, 3), PrecisionRecall.Between(x, x + 10));
        Assert.Equal(new DensityCoverage(0, 0, 5), DensityCoverage.Between(x, x + 10));
    }

    [Fact]
    public void AModelThatMakesOneImageOnlyIsPreciseAndCoversOneSample()
    {
        // On a line all balls but the end's reach only to direct neighbours.
        var data = arange(10, dtype: ScalarType.Float32).unsqueeze(1).square();
        var collapsed = full([8, 1], 81f);
        Assert.Equal(new PrecisionRecall(1, 0.1, 1), PrecisionRecall.Between(collapsed, data, 1));
        Assert.Equal(new DensityCoverage(1, 0.1, 1), DensityCoverage.Between(collapsed, data, 1));
    }

    [Fact]
    public void NoMoreSamplesThanNeighboursAreRefused()
    {
        Assert.Throws<ArgumentException>(() => PrecisionRecall.Between(ones(3, 2), ones(9, 2), 3));
        Assert.Throws<ArgumentException>(() => DensityCoverage.Between(ones(9, 2), ones(5, 2), 5));
        Assert.Throws<ArgumentException>(() => DensityCoverage.Between(ones(9, 2), ones(9, 3), 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => PrecisionRecall.Between(ones(9, 2), ones(9, 2), 0));
    }

    [Fact]
    public void NothingIsLeft()
    {
        var (x, y) = (Sequence.Points(1, 40, 4), Sequence.Points(2, 50, 4));
        AssertLeavesNothing(() =>
        {
            PrecisionRecall.Between(x, y);
            DensityCoverage.Between(x, y);
        });
    }
}
