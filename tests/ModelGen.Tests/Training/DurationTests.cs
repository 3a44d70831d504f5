using ModelGen.Training;

namespace ModelGen.Tests.Training;

public class DurationTests
{
    [Fact]
    public void ComesToStepsRoundedUp()
    {
        Assert.Equal(7, Duration.Steps(7).ToSteps(tokensPerStep: 64, stepsPerEpoch: 12.5));
        Assert.Equal(38, Duration.Epochs(3).ToSteps(tokensPerStep: 64, stepsPerEpoch: 12.5));
        Assert.Equal(7, Duration.Epochs(0.5).ToSteps(tokensPerStep: 64, stepsPerEpoch: 12.5));
        Assert.Equal(16, Duration.Tokens(1000).ToSteps(tokensPerStep: 64, stepsPerEpoch: 12.5));
        Assert.Equal(0, default(Duration).ToSteps(tokensPerStep: 64, stepsPerEpoch: 12.5));
    }

    [Fact]
    public void IsWrittenAsInASpec()
    {
        Assert.Equal("100 steps", Duration.Steps(100).ToString());
        Assert.Equal("1.5 epochs", Duration.Epochs(1.5).ToString());
        Assert.Equal("50000 tokens", Duration.Tokens(50_000).ToString());
    }

    [Fact]
    public void IsNeverNegativeOrEndless()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Duration.Steps(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Duration.Tokens(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Duration.Epochs(-0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Duration.Epochs(double.PositiveInfinity));
    }
}
