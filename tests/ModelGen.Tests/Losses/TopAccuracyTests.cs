using ModelGen.Losses;
using ModelGen.Tests.Evaluation;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Losses;

public sealed class TopAccuracyTests : TorchTest
{
    [Theory]
    [InlineData(1, new float[] { 1, 0, 0 })]
    [InlineData(2, new float[] { 1, 1, 0 })]
    [InlineData(3, new float[] { 1, 1, 1 })]
    public void AClassAmongTheHighestScoresCounts(int count, float[] expected)
    {
        var scores = tensor(new[] { 5f, 1, 3, 5, 1, 3, 5, 1, 3 }).view(3, 3);
        var classes = tensor(new long[] { 0, 2, 1 });

        var (name, perSample) = Assert.Single(new TopAccuracy(count).Measure(scores, classes));

        Assert.Equal($"top_{count}_accuracy", name);
        Assert.Equal(expected, perSample.data<float>().ToArray());
    }

    [Fact]
    public void WhatCannotBeRankedIsTold()
    {
        Assert.Throws<ArgumentOutOfRangeException>(static () => new TopAccuracy(0));
        Assert.Equal(
            "The 4 highest of 3 scores were asked for; take a smaller number.",
            Assert.Throws<ModelGenException>(() => new TopAccuracy(4).Measure(zeros(2, 3), zeros(2, dtype: ScalarType.Int64))).Message
        );
        Assert.Equal(
            "TopAccuracy takes scores [batch, classes] and a class for each sample.",
            Assert.Throws<ModelGenException>(() => new TopAccuracy(1).Measure(zeros(2, 3), zeros(2, 3))).Message
        );
    }

    [Fact]
    public void OnlyTheResultIsLeft()
    {
        var (scores, classes) = (zeros(2, 3), zeros(2, dtype: ScalarType.Int64));

        AssertLeavesNothing(() => new TopAccuracy(2).Measure(scores, classes)[0].PerSample.Dispose());
    }
}
