using ModelGen.Evaluation;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Evaluation;

public sealed class FrechetDistanceTests : TorchTest
{
    [Fact]
    public void IsWhatScipyComputes()
    {
        // a, b = points(1, 40, 4), points(2, 50, 4, 0.25, 0.1); s1, s2 = np.cov(a.T), np.cov(b.T)
        // ((a.mean(0) - b.mean(0))**2).sum(), np.trace(s1 + s2 - 2 * scipy.linalg.sqrtm(s1 @ s2).real)
        var distance = FrechetDistance.Between(Sequence.Points(1, 40, 4), Sequence.Points(2, 50, 4, 0.25, 0.1));
        Assert.Equal(0.9329524260039627, distance.MeanTerm, 1e-13);
        Assert.Equal(0.07676621750552737, distance.CovarianceTerm, 1e-12);
        Assert.Equal(distance.MeanTerm + distance.CovarianceTerm, distance.Value, 1e-15);
        Assert.False(distance.HasTooFewSamples);
    }

    [Fact]
    public void SingularCovariancesLoseNoDigits()
    {
        // a, b = points(3, 6, 10), points(4, 5, 10, 0.25, 0.1); ca, cb = a - a.mean(0), b - b.mean(0)
        // root = np.linalg.svd(ca @ cb.T, compute_uv=False).sum() / np.sqrt(5 * 4), which takes no root of a covariance
        // ((a.mean(0) - b.mean(0))**2).sum() + (ca**2).sum() / 5 + (cb**2).sum() / 4 - 2 * root
        var distance = FrechetDistance.Between(Sequence.Points(3, 6, 10), Sequence.Points(4, 5, 10, 0.25, 0.1));
        Assert.Equal(15.615318394543953, distance.Value, 1e-12);
        Assert.True(distance.HasTooFewSamples);
    }

    [Fact]
    public void DiagonalCovariancesHaveAClosedForm()
    {
        // The corners of two boxes: variances s² 8/7 and no covariance, so the distance is Σ (difference of centres)² + Σ (s − t)² 8/7.
        var corners = tensor(
                Enumerable
                    .Range(0, 8)
                    .SelectMany(static corner => new[] { corner & 1, (corner >> 1) & 1, corner >> 2 })
                    .Select(static bit => (2.0 * bit) - 1)
                    .ToArray()
            )
            .reshape(8, 3);
        var distance = FrechetDistance.Between(
            (corners * tensor(new[] { 1.0, 2, 3 })) + 5,
            (corners * tensor(new[] { 4.0, 2, 0 })) + tensor(new[] { 5.0, 6, 3 })
        );
        Assert.Equal(1 + 4, distance.MeanTerm, 1e-12);
        Assert.Equal((9 + 0 + 9) * 8.0 / 7, distance.CovarianceTerm, 1e-12);
    }

    [Fact]
    public void EqualSetsAreAtNoDistanceEvenWhereTheyAreSingular()
    {
        foreach (var features in new[] { Sequence.Points(1, 40, 4), Sequence.Points(1, 3, 30), zeros([5, 4]), ones([2, 1]) })
        {
            Assert.Equal(0, FrechetDistance.Between(features, features.clone()).Value, 1e-12);
        }
    }

    [Fact]
    public void NeitherRotationNorOrderNorTheSidesMatter()
    {
        var (a, b) = (Sequence.Points(5, 30, 6), Sequence.Points(6, 40, 6, 0.3, 0.2));
        var expected = FrechetDistance.Between(a, b).Value;
        var (rotation, _) = linalg.qr(Sequence.Points(7, 6, 6));
        Assert.Equal(expected, FrechetDistance.Between(a.mm(rotation) + 3, b.mm(rotation) + 3).Value, 1e-11);
        Assert.Equal(expected, FrechetDistance.Between(a.flip(0), b).Value, 1e-12);
        Assert.Equal(expected, FrechetDistance.Between(b, a).Value, 1e-12);
        Assert.Equal(expected * 4, FrechetDistance.Between(a * 2, b * 2).Value, 1e-11);
    }

    [Fact]
    public void VectorsOfTwoLengthsAreRefused() =>
        Assert.Contains(
            "4 and 3",
            Assert.Throws<ArgumentException>(() => FrechetDistance.Between(Sequence.Points(1, 9, 4), Sequence.Points(1, 9, 3))).Message
        );

    [Fact]
    public void NothingIsLeft()
    {
        var (a, b) = (Sequence.Points(5, 30, 6), Sequence.Points(6, 40, 6));
        AssertLeavesNothing(() => FrechetDistance.Between(a, b));
    }
}
