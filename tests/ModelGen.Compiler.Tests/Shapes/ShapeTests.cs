using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Tests.Shapes;

public sealed class ShapeTests
{
    private static readonly Shape Sequence = new(Dim.Symbol("T"), 8);

    [Fact]
    public void IsWrittenWithAndWithoutTheBatch()
    {
        Assert.Equal("[T, 8]", Sequence.ToString());
        Assert.Equal("[B, T, 8]", Sequence.WithBatch);
        Assert.Equal("[]", new Shape().ToString());
        Assert.Equal("[B]", new Shape().WithBatch);
    }

    [Fact]
    public void CountsItsElements()
    {
        Assert.Equal("8*T", Sequence.Count.ToString());
        Assert.Equal(1, new Shape().Count.Constant);
        Assert.Equal(24, new Shape(2, 3, 4).Count.Constant);
    }

    [Fact]
    public void ChangesOneAxis()
    {
        Assert.Equal(new Shape(Dim.Symbol("T"), 5), Sequence.WithLast(5));
        Assert.Equal(new Shape(2, 8), Sequence.With(0, 2));
        Assert.Equal("[T, 8]", Sequence.ToString());
    }

    [Fact]
    public void IsEqualToAShapeOfEqualLengths()
    {
        Assert.Equal(Sequence, new Shape(Dim.Symbol("T"), 8));
        Assert.Equal(Sequence.GetHashCode(), new Shape(Dim.Symbol("T"), 8).GetHashCode());
        Assert.NotEqual(Sequence, new Shape(8, Dim.Symbol("T")));
        Assert.NotEqual(Sequence, new Shape(Dim.Symbol("T"), 8, 1));
    }

    [Fact]
    public void TrailShowsTheStartAndTheLatestSteps()
    {
        var trail = new Trail(null, "network: [4]");
        for (var i = 0; i < 30; i++)
        {
            trail = trail.Then(FormattableString.Invariant($"step{i}"));
        }

        Assert.Equal(
            "network: [4] -> step0 -> … -> step20 -> step21 -> step22 -> step23 -> step24 -> step25 -> step26 -> step27 -> step28 -> step29",
            trail.ToString()
        );
    }
}
