using ModelGen.Evaluation;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Evaluation;

public sealed class FeatureStatisticsTests : TorchTest
{
    [Fact]
    public void BatchesGiveTheStatisticsOfTheWhole()
    {
        // Far from 0, where sums of squares would lose their digits.
        var features = Sequence.Points(1, 60, 5, 0.5, 1) + 1e6;
        using var statistics = new FeatureStatistics(5);
        var start = 0;
        foreach (var size in new[] { 1, 2, 30, 7, 20 })
        {
            statistics.Add(features[start..(start + size)]);
            start += size;
        }

        Assert.Equal(60, statistics.Count);
        var centered = features - features.mean([0L]);
        Assert.True(allclose(features.mean([0L]), statistics.Mean(), rtol: 1e-14, atol: 0));
        Assert.True(allclose(centered.t().mm(centered) / 59, statistics.Covariance(), rtol: 1e-8, atol: 1e-10));
    }

    [Fact]
    public void TooFewOrWrongFeaturesAreRefused()
    {
        using var statistics = new FeatureStatistics(3);
        Assert.Throws<InvalidOperationException>(() => statistics.Mean());
        statistics.Add(ones(1, 3));
        Assert.Throws<InvalidOperationException>(() => statistics.Covariance());
        Assert.Throws<ArgumentException>(() => statistics.Add(ones(1, 4)));
        Assert.Throws<ArgumentException>(() => statistics.Add(ones(3)));
        Assert.Throws<ArgumentException>(() => statistics.Add(ones([1, 3], dtype: ScalarType.Int64)));
        Assert.Contains("NaN", Assert.Throws<ModelGenException>(() => statistics.Add(full([2, 3], double.NaN))).Message);
        Assert.Equal(1, statistics.Count);
    }

    [Fact]
    public void NothingIsLeft()
    {
        var features = Sequence.Points(1, 10, 3);
        AssertLeavesNothing(() =>
        {
            using var statistics = FeatureStatistics.Of(features);
            statistics.Add(features);
            statistics.Mean().Dispose();
            statistics.Covariance().Dispose();
        });
    }
}
