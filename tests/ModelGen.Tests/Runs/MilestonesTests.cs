using ModelGen.Runs;
using ModelGen.Training;

namespace ModelGen.Tests.Runs;

public sealed class MilestonesTests
{
    [Theory]
    [InlineData(0, 1, new long[] { 10, 20, 30, 40 })]
    [InlineData(25, 1, new long[] { 30, 40 })]
    [InlineData(20, 1, new long[] { 30, 40 })] // the run that was cut off had passed it
    [InlineData(0, 7, new long[] { 14, 21, 35, 40 })] // what lies between reports is told by the next
    [InlineData(0, 40, new long[] { 40 })] // several at once
    public void AreToldOnceWherePassed(int from, int every, long[] expected)
    {
        var milestones = new Milestones(4);
        milestones.Start(new TrainingStart(from, 40));
        var steps = Enumerable.Range(from + 1, 40 - from).Where(step => step % every == 0 || step == 40);
        Assert.Equal(expected, steps.Where(step => milestones.Pass(Report(step))).Select(static step => (long)step));
    }

    [Fact]
    public void AreFewerInARunOfFewerSteps()
    {
        var milestones = new Milestones(4);
        milestones.Start(new TrainingStart(0, 3));
        Assert.Equal([true, true, true], Enumerable.Range(1, 3).Select(step => milestones.Pass(Report(step, 3))));
    }

    [Fact]
    public void AreToldAgainToARunThatGoesBack()
    {
        var milestones = new Milestones(4);
        milestones.Start(new TrainingStart(0, 40));
        Assert.True(milestones.Pass(Report(20)));
        milestones.GoBack(new RollbackReport(25, 15, 9, 1));
        Assert.Equal([false, true, false], new[] { 19, 20, 21 }.Select(step => milestones.Pass(Report(step))));
    }

    private static StepReport Report(long step, long totalSteps = 40) => new(step, totalSteps, [], 1e-3, 1, "images", TimeSpan.Zero);
}
