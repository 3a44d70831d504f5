using ModelGen.Plots;

namespace ModelGen.Tests.Plots;

public class AxisTests
{
    [Theory]
    [InlineData(0, 10, "0 2 4 6 8 10")]
    [InlineData(-0.03, 0.02, "-0.03 -0.02 -0.01 0.00 0.01 0.02")]
    [InlineData(1.23451, 1.23459, "1.23452 1.23454 1.23456 1.23458")]
    [InlineData(0, 2.4e-7, "0 5e-8 1e-7 1.5e-7 2e-7")]
    [InlineData(0, 3e6, "0 500000 1e6 1.5e6 2e6 2.5e6 3e6")]
    public void LinearTicksAreRound(double least, double most, string expected) =>
        Assert.Equal(expected.Replace("0.00 ", "0 "), Texts(Axis.Between(least, most)));

    [Fact]
    public void StepsHaveWholeTicks()
    {
        Assert.Equal("0 1 2", Texts(Axis.Whole([0, 2])));
        Assert.Equal("7 8", Texts(Axis.Whole([7])));
        Assert.Equal("0 500 1000 1500 2000", Texts(Axis.Whole([2000, 0])));
        Assert.Equal("0 1", Texts(Axis.Whole([])));
    }

    [Fact]
    public void LogarithmicTicksAreDecadesWhereThereAreEnough()
    {
        Assert.Equal("0.01 0.1 1 10", Texts(Axis.Logarithmic([0.01, 10], 0.01)));
        Assert.Equal("0.2 0.5 1 2", Texts(Axis.Logarithmic([0.2, 3], 0.01)));
        Assert.Equal("1.2 1.3 1.4 1.5 1.6 1.7", Texts(Axis.Logarithmic([1.2, 1.7], 0.01)));
        Assert.Equal("1e-20 1e-16 1e-12 1e-8 1e-4 1", Texts(Axis.Logarithmic([1e-20, 1], 0.001)));
    }

    [Fact]
    public void PositionsRunFromZeroToOneOnBothScales()
    {
        var linear = Axis.Linear([0, 10], 0.1);
        Assert.Equal((-1, 11), (linear.Least, linear.Most));
        Assert.Equal(0.5, linear.Position(5), 12);
        var logarithmic = Axis.Logarithmic([1, 100], 0);
        Assert.Equal(0, logarithmic.Position(1), 12);
        Assert.Equal(0.5, logarithmic.Position(10), 12);
        Assert.Equal(1, logarithmic.Position(100), 12);
        Assert.Equal(0.5, Axis.Linear([4, 4], 0).Position(4), 12);
        Assert.Equal(0.5, Axis.Logarithmic([4], 0).Position(4), 12);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1e300, 1e300)]
    [InlineData(double.MinValue, double.MaxValue)]
    [InlineData(1e17, 1e17 + 64)]
    [InlineData(5e-324, 1e-323)]
    [InlineData(5e-324, 1.7e308)]
    public void NoRangeIsTooStrange(double least, double most)
    {
        Assert.InRange(Axis.Linear([least, most], 0.05).Ticks(6).Count, 0, 14);
        if (least > 0)
        {
            Assert.InRange(Axis.Logarithmic([least, most], 0.05).Ticks(6).Count, 0, 14);
        }
    }

    private static string Texts(Axis axis) => string.Join(' ', axis.Ticks(6).Select(static tick => tick.Text));
}
