using ModelGen.Training;

namespace ModelGen.Tests.Training;

public class DurationTests
{
    private static readonly TrainingPlan Plan = new([], BatchSize: 64, "images", UnitsPerStep: 64, StepsPerEpoch: 12.5);

    [Fact]
    public void ComesToStepsRoundedUp()
    {
        Assert.Equal(7, Plan.ToSteps(Duration.Steps(7)));
        Assert.Equal(38, Plan.ToSteps(Duration.Epochs(3)));
        Assert.Equal(7, Plan.ToSteps(Duration.Epochs(0.5)));
        Assert.Equal(16, Plan.ToSteps(Duration.Images(1000)));
        Assert.Equal(16, Plan.ToSteps(Duration.Samples(1000)));
        Assert.Equal(0, Plan.ToSteps(default));
    }

    [Fact]
    public void OneUnitIsNotAnother() =>
        Assert.Contains(
            "Training on images cannot last 1000 tokens",
            Assert.Throws<ArgumentException>(() => Plan.ToSteps(Duration.Tokens(1000))).Message
        );

    [Fact]
    public void IsWrittenAsInASpec()
    {
        Assert.Equal("100 steps", Duration.Steps(100).ToString());
        Assert.Equal("1.5 epochs", Duration.Epochs(1.5).ToString());
        Assert.Equal("50000 tokens", Duration.Tokens(50_000).ToString());
        Assert.Equal("50000 images", Duration.Images(50_000).ToString());
    }

    [Fact]
    public void IsNeverNegativeOrEndless()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Duration.Steps(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Duration.Tokens(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Duration.Images(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Duration.Epochs(-0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Duration.Epochs(double.PositiveInfinity));
    }
}
