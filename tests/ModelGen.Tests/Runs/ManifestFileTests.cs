using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using ModelGen.Runs;
using ModelGen.Training;

namespace ModelGen.Tests.Runs;

public sealed class ManifestFileTests : IDisposable
{
    private static readonly Dictionary<string, string> Run = new()
    {
        ["model"] = "Example",
        ["data"] = "abc",
        ["seed"] = "5",
        ["training.batch-size"] = "4",
    };

    private static readonly Dictionary<string, string> Machine = new()
    {
        ["modelgen"] = "0.1",
        ["libtorch"] = "2.10.0",
        ["device"] = "cpu",
        ["threads"] = "2",
    };

    private readonly TemporaryFolder _folder = new();
    private readonly string _spec;

    public ManifestFileTests() => _spec = _folder.Write("example.model.yaml", "model: Example"u8);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheCommitIsThatOfTheSpecsRepository()
    {
        Manifest().OnStart(new TrainingStart(0, 20) { Run = Run, Environment = Machine });
        Assert.False(
            Read().GetProperty("sessions")[0].TryGetProperty("git_commit", out _),
            "the spec is in no repository, whatever folder the program runs in"
        );

        var commit = new string('a', 40);
        _folder.Write(".git/HEAD", System.Text.Encoding.ASCII.GetBytes(commit));
        Manifest().OnStart(new TrainingStart(0, 20) { Run = Run, Environment = Machine });
        Assert.Equal(commit, Read().GetProperty("sessions")[0].GetProperty("git_commit").GetString());
    }

    [Fact]
    public void ARunIsDescribedAtItsBeginningAndMeasuredAtItsEnd()
    {
        var manifest = Manifest();
        var before = DateTime.UtcNow.AddSeconds(-1);
        manifest.OnStart(new TrainingStart(0, 20) { Run = Run, Environment = Machine });

        var begun = Read();
        Assert.Equal(["spec", "run", "sessions"], Names(begun));
        Assert.Equal("example.model.yaml", begun.GetProperty("spec").GetProperty("file").GetString());
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData("model: Example"u8)),
            begun.GetProperty("spec").GetProperty("sha256").GetString()
        );
        Assert.Equal(["data", "model", "seed", "training.batch-size"], Names(begun.GetProperty("run")));
        var session = begun.GetProperty("sessions")[0];
        Assert.Equal(("0.1", "2.10.0", "cpu", "2"), (Text("modelgen"), Text("libtorch"), Text("device"), Text("threads")));
        Assert.True(
            DateTime.Parse(Text("started"), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal)
                >= before.AddTicks(-(before.Ticks % TimeSpan.TicksPerSecond))
        );
        Assert.False(session.TryGetProperty("ended", out _));
        Assert.False(session.TryGetProperty("notices", out _));

        // The last metrics are the file's, whoever has seen them.
        var metrics = new MetricsFile(_folder["metrics.jsonl"]);
        metrics.OnStart(new TrainingStart(0, 20));
        metrics.OnStep(new StepReport(10, 20, [new("loss", 3.5), new("kl", double.PositiveInfinity)], 0.1, 1, "images", default));
        metrics.OnStep(new StepReport(20, 20, [new("loss", 2.5), new("kl", double.PositiveInfinity)], 0.1, 1, "images", default));
        metrics.OnValidation(new ValidationReport(20, 20, [new("loss", 2.25)], IsFull: true));
        manifest.OnEnd(Result(TrainingOutcome.Finished, 20));

        var ended = Read();
        Assert.Equal(
            ("finished", 20),
            (
                ended.GetProperty("sessions")[0].GetProperty("outcome").GetString(),
                ended.GetProperty("sessions")[0].GetProperty("to_step").GetInt64()
            )
        );
        Assert.Equal(
            """{"step":20,"train_loss":2.5,"train_kl":"Infinity","validation_loss":2.25}""",
            JsonSerializer.Serialize(ended.GetProperty("final"))
        );

        string Text(string name) => session.GetProperty(name).GetString()!;
    }

    [Fact]
    public void ARunThatStoppedEarlySaysSoAndWhoseWeightsItEndsWith()
    {
        var manifest = Manifest();
        manifest.OnStart(new TrainingStart(0, 60) { Run = Run, Environment = Machine });
        var metrics = new MetricsFile(_folder["metrics.jsonl"]);
        metrics.OnStart(new TrainingStart(0, 60));
        metrics.OnValidation(new ValidationReport(28, 60, [new("loss", 2.25)], IsFull: true));
        manifest.OnEnd(Result(TrainingOutcome.Finished, 28) with { TotalSteps = 60, BestStep = 26 });

        var session = Read().GetProperty("sessions")[0];
        Assert.Equal(("finished", true), (session.GetProperty("outcome").GetString(), session.GetProperty("stopped_early").GetBoolean()));
        Assert.Equal("""{"step":28,"best_step":26,"validation_loss":2.25}""", JsonSerializer.Serialize(Read().GetProperty("final")));
    }

    [Fact]
    public void AResumedRunAddsASessionAndANewOneBeginsAnew()
    {
        var first = Manifest();
        first.OnStart(new TrainingStart(0, 20) { Run = Run, Environment = Machine });
        first.OnEnd(Result(TrainingOutcome.Cancelled, 7));
        Assert.False(Read().TryGetProperty("final", out _));
        var hash = Read().GetProperty("spec").GetProperty("sha256").GetString();

        // Killed before its end, from the checkpoint of step 0, with another spec.
        _folder.Write("example.model.yaml", "model: Example # edited"u8);
        Manifest()
            .OnStart(
                new TrainingStart(0, 20)
                {
                    IsResumed = true,
                    Run = Run,
                    Environment = Machine,
                    Notices = ["threads was 1 and is 2"],
                }
            );
        var third = Manifest();
        third.OnStart(new TrainingStart(5, 20) { Run = Run, Environment = Machine });
        third.OnEnd(Result(TrainingOutcome.Failed, 9));

        var sessions = Read().GetProperty("sessions").EnumerateArray().ToList();
        Assert.Equal([0, 0, 5], sessions.Select(static session => session.GetProperty("from_step").GetInt64()));
        Assert.Equal([true, false, false], sessions.Select(static session => session.TryGetProperty("ended", out _)));
        Assert.Equal("cancelled", sessions[0].GetProperty("outcome").GetString());
        Assert.Equal("""["threads was 1 and is 2"]""", JsonSerializer.Serialize(sessions[1].GetProperty("notices")));
        Assert.Equal(hash, sessions[0].GetProperty("spec_sha256").GetString());
        Assert.NotEqual(hash, sessions[1].GetProperty("spec_sha256").GetString());

        Manifest().OnStart(new TrainingStart(0, 20) { Run = Run, Environment = Machine });
        Assert.Equal(1, Read().GetProperty("sessions").GetArrayLength());
    }

    [Theory]
    [InlineData("{ half")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{ "sessions": 3 }""")]
    public void AManifestThatIsNoneIsNotReplacedByAResume(string text)
    {
        File.WriteAllText(_folder["manifest.json"], text);
        var message = Assert.Throws<ModelGenException>(() => Manifest().OnStart(new TrainingStart(5, 20))).Message;
        Assert.StartsWith($"The manifest '{_folder["manifest.json"]}' is damaged", message);
        Assert.Equal(text, File.ReadAllText(_folder["manifest.json"]));
    }

    [Fact]
    public void AMissingSpecIsSaid() =>
        Assert.StartsWith(
            "Cannot read the spec for the manifest: ",
            Assert
                .Throws<ModelGenException>(() =>
                    new ManifestFile(_folder["manifest.json"], _folder["none"], _folder["metrics.jsonl"]).OnStart(new TrainingStart(0, 20))
                )
                .Message
        );

    private static TrainingResult Result(TrainingOutcome outcome, long step) => new(outcome, step, 20, 1, 1, default, 1, "images", 1);

    private ManifestFile Manifest() => new(_folder["manifest.json"], _spec, _folder["metrics.jsonl"]);

    private JsonElement Read() => JsonDocument.Parse(File.ReadAllText(_folder["manifest.json"])).RootElement;

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(static property => property.Name);
}
