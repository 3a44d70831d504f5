using ModelGen.Training;

namespace ModelGen.Tests.Training;

public class ScheduleTests
{
    // nanoGPT's get_lr with learning_rate 1e-3, warmup_iters 100, lr_decay_iters 2000, min_lr 1e-4.
    [Theory]
    [InlineData(0, 9.900990099009901e-06)]
    [InlineData(49, 0.0004950495049504951)]
    [InlineData(99, 0.0009900990099009901)]
    [InlineData(100, 0.001)]
    [InlineData(575, 0.0008681980515339464)]
    [InlineData(1050, 0.00055)]
    [InlineData(1999, 0.00010000061514140841)]
    [InlineData(2000, 0.0001)]
    [InlineData(5000, 0.0001)]
    public void CosineFollowsNanoGpt(long step, double expected)
    {
        var schedule = new CosineSchedule { Warmup = Duration.Steps(100), Floor = 1e-4 };
        Assert.Equal(expected, schedule.LearningRate(1e-3, step, 100, 2000), 1e-15);
    }

    [Fact]
    public void ConstantStaysAtThePeakAfterItsWarmup()
    {
        var schedule = new ConstantSchedule { Warmup = Duration.Steps(3) };
        var rates = Enumerable.Range(0, 6).Select(step => schedule.LearningRate(0.4, step, 3, 6));
        Assert.Equal([0.1, 0.2, 0.1 * 3, 0.4, 0.4, 0.4], rates, static (left, right) => Math.Abs(left - right) < 1e-12);
    }

    [Theory]
    [InlineData(-1e-6)]
    [InlineData(2e-3)]
    public void AFloorOutsideZeroToPeakIsRefused(double floor) =>
        Assert.Throws<ArgumentException>(() => new CosineSchedule { Floor = floor }.Check(1e-3));
}
