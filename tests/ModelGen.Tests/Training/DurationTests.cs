using ModelGen.Training;

namespace ModelGen.Tests.Training;

public class DurationTests
{
    [Fact]
    public void ComesToStepsRoundedUp()
    {
        using var players = new TwoPlayers();
        Assert.Equal(7, Duration.Steps(7).ToSteps(players, batchSize: 64));
        Assert.Equal(38, Duration.Epochs(3).ToSteps(players, batchSize: 64));
        Assert.Equal(7, Duration.Epochs(0.5).ToSteps(players, batchSize: 64));
        Assert.Equal(16, Duration.Images(1000).ToSteps(players, batchSize: 64));
        Assert.Equal(0, default(Duration).ToSteps(players, batchSize: 64));
    }

    [Fact]
    public void OneUnitIsNotAnother()
    {
        using var players = new TwoPlayers();
        Assert.Contains("A training on images cannot last 1000 tokens", Assert.Throws<ArgumentException>(() => Duration.Tokens(1000).ToSteps(players, 64)).Message);
    }

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
