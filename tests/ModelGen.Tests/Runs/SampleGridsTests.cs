using ModelGen.Runs;
using ModelGen.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Runs;

public sealed class SampleGridsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void GridsAreWrittenBeforeTheFirstStepAndATenthOfTheRunApart()
    {
        var grids = Grids("run");
        grids.OnStart(new TrainingStart(0, 1000));
        for (var step = 10; step <= 1000; step += 10)
        {
            grids.OnStep(Report(step));
        }

        Assert.Equal(Enumerable.Range(0, 11).Select(static tenth => $"step-{tenth * 100:D6}.png"), Files("run"));
    }

    [Fact]
    public void AResumedRunWritesOnlyWhatIsNew()
    {
        var grids = Grids("resumed");
        grids.OnStart(new TrainingStart(250, 1000));
        for (var step = 260; step <= 500; step += 10)
        {
            grids.OnStep(Report(step));
        }

        Assert.Equal(["step-000300.png", "step-000400.png", "step-000500.png"], Files("resumed"));
    }

    [Fact]
    public void ARunThatBeginsResumesOrGoesBackDropsWhatCameAfter()
    {
        foreach (
            var name in new[]
            {
                "step-000000.png",
                "step-000200.png",
                "step-000300.png",
                "step-1000000.png",
                "step-000300.txt",
                "step-final.png",
                "notes.png",
            }
        )
        {
            _folder.Write($"run/{name}", [1]);
        }

        string[] others = ["notes.png", "step-000300.txt", "step-final.png"];
        var grids = Grids("run");
        grids.OnStart(new TrainingStart(250, 1000));
        Assert.Equal(["notes.png", "step-000000.png", "step-000200.png", "step-000300.txt", "step-final.png"], Files("run"));
        grids.OnStep(Report(300));
        grids.OnRollback(new RollbackReport(310, 250, 9, 1));
        Assert.DoesNotContain("step-000300.png", Files("run"));
        grids.OnStep(Report(300));
        Assert.Contains("step-000300.png", Files("run"));
        Grids("run").OnStart(new TrainingStart(0, 1000));
        Assert.Equal(others.Append("step-000000.png").Order(StringComparer.Ordinal), Files("run"));
    }

    [Fact]
    public void TheImagesAreFreed()
    {
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Grids("run").OnStart(new TrainingStart(0, 10));
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private SampleGrids Grids(string folder) => new(_folder[folder], static () => zeros(4, 1, 2, 2), columns: 2);

    private IEnumerable<string?> Files(string folder) =>
        Directory.EnumerateFiles(_folder[folder]).Select(Path.GetFileName).Order(StringComparer.Ordinal);

    private static StepReport Report(long step) => new(step, 1000, [new("loss", 1)], 1e-3, 1, "images", TimeSpan.Zero);
}
