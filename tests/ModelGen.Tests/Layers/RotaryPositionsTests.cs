using ModelGen.Layers;
using ModelGen.Tests.Evaluation;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Layers;

public sealed class RotaryPositionsTests : TorchTest
{
    // Su et al. 2021, equation 34, for one vector of four elements at positions 0 to 2.
    [Theory]
    [InlineData(true, 1.0)]
    [InlineData(false, 1.0)]
    [InlineData(true, 4.0)]
    public void EachPairIsTurnedByTheAngleOfItsPosition(bool pairsNeighbours, double factor)
    {
        var x = tensor(new float[] { 1, -2, 0.5f, 3 }).expand(1, 1, 3, 4);
        var (first, second) = pairsNeighbours ? (new[] { 0, 2 }, new[] { 1, 3 }) : ([0, 1], [2, 3]);

        var turned = RotaryPositions.Rotate(x, RotaryPositions.Table(3, 4, 100, factor, pairsNeighbours, CPU), pairsNeighbours);

        for (var t = 0; t < 3; t++)
        {
            for (var pair = 0; pair < 2; pair++)
            {
                // 100^(-2i/4) is 1 and 1/10.
                var angle = t / factor * (pair == 0 ? 1 : 0.1);
                var (a, b) = (x[0, 0, t, first[pair]].item<float>(), x[0, 0, t, second[pair]].item<float>());
                Assert.Equal((a * Math.Cos(angle)) - (b * Math.Sin(angle)), turned[0, 0, t, first[pair]].item<float>(), 1e-6);
                Assert.Equal((b * Math.Cos(angle)) + (a * Math.Sin(angle)), turned[0, 0, t, second[pair]].item<float>(), 1e-6);
            }
        }
    }

    // What rotary positions are for: a product depends on the distance alone.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ProductsDependOnTheDistance(bool pairsNeighbours)
    {
        manual_seed(1).Dispose();
        var (query, key) = (rand(1, 1, 1, 8).expand(1, 1, 40, 8), rand(1, 1, 1, 8).expand(1, 1, 40, 8));
        var table = RotaryPositions.Table(40, 8, 10_000, 1, pairsNeighbours, CPU);
        var scores = RotaryPositions
            .Rotate(query, table, pairsNeighbours)
            .matmul(RotaryPositions.Rotate(key, table, pairsNeighbours).transpose(-1, -2))[0, 0];

        for (var t = 3; t < 40; t++)
        {
            Assert.Equal(scores[3, 0].item<float>(), scores[t, t - 3].item<float>(), 1e-5);
        }
    }

    [Fact]
    public void WhatCannotBePairedIsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(static () => RotaryPositions.Table(4, 3, 10_000, 1, true, CPU));
        Assert.Throws<ArgumentOutOfRangeException>(static () => RotaryPositions.Table(0, 4, 10_000, 1, true, CPU));
        Assert.Throws<ArgumentOutOfRangeException>(static () => RotaryPositions.Table(4, 4, 0.5, 1, true, CPU));
        Assert.Throws<ArgumentOutOfRangeException>(static () => RotaryPositions.Table(4, 4, 10_000, 0.5, true, CPU));
    }

    [Fact]
    public void OnlyTheResultIsLeft()
    {
        var (x, table) = (rand(2, 3, 5, 4), RotaryPositions.Table(5, 4, 10_000, 1, false, CPU));

        AssertLeavesNothing(() => RotaryPositions.Rotate(x, table, false).Dispose());
        AssertLeavesNothing(static () => RotaryPositions.Table(5, 4, 10_000, 1, true, CPU).Dispose());
    }
}
