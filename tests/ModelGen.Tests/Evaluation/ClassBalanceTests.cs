using ModelGen.Evaluation;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Evaluation;

public sealed class ClassBalanceTests : TorchTest
{
    [Fact]
    public void SharesAreComparedAndAbsentClassesNamed()
    {
        var balance = ClassBalance.Between(Repeat(5, 3, 0, 2), Repeat(2, 3, 4, 1), ["shirt", "shoe", "bag", "coat"]);
        Assert.Equal([5, 3, 0, 2], balance.SampleCounts);
        Assert.Equal([2, 3, 4, 1], balance.DataCounts);
        Assert.Equal(0.4, balance.TotalVariation, 1e-15);
        Assert.Equal(0.5967748020490666, balance.KullbackLeibler, 1e-15); // scipy.stats.entropy([5, 3, 0, 2], [2, 3, 4, 1])
        Assert.Equal(["bag"], balance.Absent);
    }

    [Fact]
    public void EqualSharesAreAtZeroAndClassesOutsideTheDataAtInfinity()
    {
        var equal = ClassBalance.Between(Repeat(1, 2, 0), Repeat(10, 20, 0), 3);
        Assert.Equal((0.0, 0.0), (equal.TotalVariation, equal.KullbackLeibler));
        Assert.Empty(equal.Absent);
        Assert.Equal(["0", "1", "2"], equal.Classes);
        var outside = ClassBalance.Between(Repeat(0, 0, 3), Repeat(1, 1, 0), 3);
        Assert.Equal((1.0, double.PositiveInfinity), (outside.TotalVariation, outside.KullbackLeibler));
        Assert.Equal(["0", "1"], outside.Absent);
    }

    [Fact]
    public void LabelsThatAreNoClassesAreRefused()
    {
        var good = Repeat(1, 1);
        Assert.Contains(
            "0 to 1; one of these is 2",
            Assert.Throws<ArgumentException>(() => ClassBalance.Between(tensor(new[] { 0L, 2 }), good, 2)).Message
        );
        Assert.Contains(
            "one of these is -1",
            Assert.Throws<ArgumentException>(() => ClassBalance.Between(good, tensor(new[] { -1L }), 2)).Message
        );
        Assert.Throws<ArgumentException>(() => ClassBalance.Between(good, good.to(ScalarType.Int32), 2));
        Assert.Throws<ArgumentException>(() => ClassBalance.Between(good, zeros([0], dtype: ScalarType.Int64), 2));
    }

    private static Tensor Repeat(params int[] counts) =>
        tensor(counts.SelectMany(static (count, label) => Enumerable.Repeat((long)label, count)).ToArray());
}
