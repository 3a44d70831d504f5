using ModelGen.Evaluation;

namespace ModelGen.Tests.Evaluation;

public sealed class WilsonIntervalTests
{
    // (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n) with z = 1.96, in Python.
    [Theory]
    [InlineData(0.8, 10, 0.4901624715366418, 0.9433178485456248)]
    [InlineData(0.625, 20, 0.40948956615142673, 0.8002291443353685)]
    [InlineData(0, 5, 0, 0.43448246478317476)]
    [InlineData(1, 5, 0.5655175352168251, 1)]
    public void TheBoundsAreThoseOfTheFormula(double share, long count, double low, double high)
    {
        var interval = WilsonInterval.Of(share, count);

        Assert.Equal(low, interval.Low, 1e-12);
        Assert.Equal(high, interval.High, 1e-12);
    }

    [Fact]
    public void WhatIsNoShareIsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(static () => WilsonInterval.Of(0.5, 0));
        Assert.Throws<ArgumentOutOfRangeException>(static () => WilsonInterval.Of(1.01, 3));
        Assert.Throws<ArgumentOutOfRangeException>(static () => WilsonInterval.Of(-0.01, 3));
        Assert.Throws<ArgumentOutOfRangeException>(static () => WilsonInterval.Of(double.NaN, 3));
    }
}
