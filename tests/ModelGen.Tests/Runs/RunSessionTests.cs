using ModelGen.Checkpoints;
using ModelGen.Runs;
using ModelGen.Tests.Training;
using ModelGen.Training;
using ModelGen.Training.Optimizers;

namespace ModelGen.Tests.Runs;

public sealed class RunSessionTests : IDisposable
{
    private static readonly TrainingOptions Options = new()
    {
        Optimizer = new AdamWOptions { LearningRate = 3e-3 },
        BatchSize = 4,
        Duration = Duration.Steps(12),
        Validation = new ValidationOptions(),
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ARunLeavesItsStandardFilesAndNoLock()
    {
        using (var session = Session())
            Assert.True(Train(session));

        Assert.Equal(["checkpoints", "curves.png", "game.model.yaml", "learning-rate.png", "manifest.json", "metrics.jsonl", "tensorboard"], Names("run"));
    }

    [Fact]
    public void AMissingSpecIsToldBeforeAnythingElse()
    {
        var settings = new RunSettings { Folder = _folder["run"], Spec = _folder["none.model.yaml"], Curves = new("loss", "loss") };

        Assert.Equal($"The spec '{_folder["none.model.yaml"]}' of the run does not exist; name the file of the model, which the build can copy beside the program.", Assert.Throws<ModelGenException>(() => new RunSession(settings)).Message);
        Assert.False(Directory.Exists(_folder["run"]));
    }

    [Fact]
    public void TwoProcessesCannotTrainIntoOneFolder()
    {
        using var session = Session();
        Assert.True(Train(session));
        using var other = Session();

        Assert.Equal($"Another process is training into '{_folder["run"]}'; wait for it, stop it, or choose another folder.", Assert.Throws<ModelGenException>(() => Train(other)).Message);
        Assert.DoesNotContain("earlier-1", Names("run"));
    }

    [Fact]
    public void AnEarlierRunIsMovedAsideWithItsResults()
    {
        using (var session = Session())
        {
            Train(session);
            session.Folder.WriteText("result.txt", "first");
        }

        File.WriteAllText(Path.Combine(_folder["run"], "note.txt"), "a person's own");
        using (var session = Session())
            Assert.True(Train(session));

        Assert.Contains("result.txt", Names("run/earlier-1"));
        Assert.DoesNotContain("result.txt", Names("run"));
        Assert.Contains("note.txt", Names("run"));
    }

    [Fact]
    public void AResumedRunGoesOnAndLosesWhatWasMadeOfTheModelAsItWas()
    {
        using (var session = Session())
        {
            Train(session, 12);
            session.Folder.WriteText("result.txt", "first");
        }

        using (var session = Session(isResumed: true))
            Assert.True(Train(session, 20));

        Assert.Equal(20, StepFiles.NewestFirst(Path.Combine(_folder["run"], "checkpoints"))[0].Step);
        Assert.DoesNotContain("result.txt", Names("run"));
        Assert.DoesNotContain("earlier-1", Names("run"));
    }

    [Fact]
    public void WithNothingToResumeNothingIsLeftBehind()
    {
        using var session = Session(isResumed: true);

        Assert.Contains("There is no checkpoint in", Assert.Throws<ModelGenException>(() => Train(session)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["run"]));
    }

    [Fact]
    public void ADeviceThatIsNotThereIsToldAtOnce()
    {
        var settings = Settings(isResumed: false) with { Device = "gpu", Spec = _folder.Write("game.model.yaml", "model: Game"u8) };

        Assert.Contains("'gpu' is not a device", Assert.Throws<ModelGenException>(() => new RunSession(settings)).Message, StringComparison.Ordinal);
    }

    private static bool Train(RunSession session, int steps = 12)
    {
        using var players = new TwoPlayers();
        return session.Train(players, Options with { Duration = Duration.Steps(steps) });
    }

    private RunSession Session(bool isResumed = false)
    {
        _folder.Write("game.model.yaml", "model: Game\n"u8);
        return new RunSession(Settings(isResumed));
    }

    private RunSettings Settings(bool isResumed) => new()
    {
        Folder = _folder["run"],
        IsResumed = isResumed,
        Spec = _folder["game.model.yaml"],
        Curves = new("losses", "second_loss", "first_loss"),
        Results = ["result.txt"],
    };

    private string[] Names(string folder) => [.. Directory.GetFileSystemEntries(_folder[folder]).Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
}
