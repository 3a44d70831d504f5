using ModelGen.Runs;

namespace ModelGen.Tests.Runs;

public sealed class RunFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AnEarlierRunsFilesAndFoldersMoveAsideAndAPersonsOwnStay()
    {
        var run = new RunFolder(_folder["run"], "metrics.jsonl", "samples");
        Assert.Null(run.MoveEarlierRunAside());
        run.WriteText("metrics.jsonl", "first");
        Directory.CreateDirectory(run["samples"]);
        File.WriteAllText(Path.Combine(run["samples"], "a.png"), "image");
        File.WriteAllText(run["notes.txt"], "own");
        Assert.Equal(run["earlier-1"], run.MoveEarlierRunAside());
        Assert.Equal(
            ["earlier-1", "notes.txt"],
            Directory.EnumerateFileSystemEntries(run.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        Assert.Equal("image", File.ReadAllText(Path.Combine(run["earlier-1"], "samples", "a.png")));
        run.WriteText("metrics.jsonl", "second");
        Assert.Equal(run["earlier-2"], run.MoveEarlierRunAside());
        Assert.Equal("first", File.ReadAllText(Path.Combine(run["earlier-1"], "metrics.jsonl")));
    }
}
