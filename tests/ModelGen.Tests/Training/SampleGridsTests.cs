using ModelGen.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Training;

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
            grids.OnStep(Report(step));
        Assert.Equal(Enumerable.Range(0, 11).Select(static tenth => $"step-{tenth * 100:D6}.png"), Files("run"));
    }

    [Fact]
    public void AResumedRunWritesOnlyWhatIsNew()
    {
        var grids = Grids("resumed");
        grids.OnStart(new TrainingStart(250, 1000));
        for (var step = 260; step <= 500; step += 10)
            grids.OnStep(Report(step));
        Assert.Equal(["step-000300.png", "step-000400.png", "step-000500.png"], Files("resumed"));
    }

    [Fact]
    public void ThePicturesAreFreed()
    {
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Grids("run").OnStart(new TrainingStart(0, 10));
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private SampleGrids Grids(string folder) => new(_folder[folder], static () => zeros(4, 1, 2, 2), columns: 2);

    private IEnumerable<string?> Files(string folder) => Directory.EnumerateFiles(_folder[folder]).Select(Path.GetFileName).Order(StringComparer.Ordinal);

    private static StepReport Report(long step) => new(step, 1000, [new("loss", 1)], 1e-3, 1, "images", TimeSpan.Zero);
}
