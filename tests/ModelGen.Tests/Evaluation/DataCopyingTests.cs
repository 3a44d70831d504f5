using ModelGen.Evaluation;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Evaluation;

public sealed class DataCopyingTests : TorchTest
{
    [Fact]
    public void IsWhatScipyComputes()
    {
        // held, train = points(6, 25, 2, 0.1, 0.05), points(7, 40, 2); gen = train[:30] + points(8, 30, 2) * 0.03
        // d = lambda p, q: np.sqrt(((p[:, None] - q[None])**2).sum(-1)).min(1); b, a = d(gen, train), d(held, train)
        // r = scipy.stats.mannwhitneyu(b, a, use_continuity=False, method='asymptotic', alternative='less')
        // r.statistic, scipy.stats.norm.ppf(r.pvalue), np.quantile(a, 0.01), (b < np.quantile(a, 0.01)).mean()
        var training = Sequence.Points(7, 40, 2);
        var copying = DataCopying.Measure(
            training[..30] + (Sequence.Points(8, 30, 2) * 0.03),
            Sequence.Points(6, 25, 2, 0.1, 0.05),
            training
        );
        Assert.Equal(44.0 / 750, copying.Probability, 1e-14);
        Assert.Equal(-5.594921166302781, copying.ZScore, 1e-10);
        Assert.Equal(0.013383299647375597, copying.Threshold, 1e-14);
        Assert.Equal(0.23333333333333334, copying.CloserShare, 1e-14);
    }

    [Fact]
    public void TiesAreCountedAsScipyCountsThem()
    {
        // grid = lambda s, n: np.floor(lcg(s, 2 * n).reshape(n, 2) * 9); gen, held, train = grid(5, 30), grid(6, 25), grid(7, 20); the rest
        // as above
        var copying = DataCopying.Measure(Grid(5, 30), Grid(6, 25), Grid(7, 20));
        Assert.Equal(370.5 / 750, copying.Probability, 1e-14);
        Assert.Equal(-0.08139965441509514, copying.ZScore, 1e-10);
        Assert.Equal((0.0, 0.0), (copying.Threshold, copying.CloserShare));

        static Tensor Grid(uint seed, int count) => (Sequence.Points(seed, count, 2) * 9).floor();
    }

    [Fact]
    public void ACopyingModelIsFarBelowZeroAndAnHonestOneNearIt()
    {
        var training = Sequence.Points(1, 200, 2);
        var heldOut = Sequence.Points(2, 200, 2);
        var copied = DataCopying.Measure(training[..100], heldOut, training);
        Assert.True(copied.ZScore < -10);
        Assert.Equal((0.0, 1.0), (copied.Probability, copied.CloserShare));
        var honest = DataCopying.Measure(Sequence.Points(3, 200, 2), heldOut, training);
        Assert.InRange(honest.ZScore, -3, 3);
        Assert.InRange(honest.CloserShare, 0, 0.05);
    }

    [Fact]
    public void EqualDistancesTellNothing()
    {
        var training = zeros(3, 2);
        Assert.Equal(new DataCopying(0, 0.5, 0, Math.Sqrt(2)), DataCopying.Measure(ones(4, 2), ones(5, 2), training));
    }

    [Fact]
    public void KnownNeighboursGiveTheSame()
    {
        var (generated, heldOut, training) = (Sequence.Points(1, 20, 2), Sequence.Points(2, 30, 2), Sequence.Points(3, 40, 2));
        using var generatedNeighbours = NearestNeighbours.Find(generated, training, 4);
        using var heldOutNeighbours = NearestNeighbours.Find(heldOut, training, 2);
        Assert.Equal(DataCopying.Measure(generated, heldOut, training), DataCopying.Measure(generatedNeighbours, heldOutNeighbours));
    }
}
