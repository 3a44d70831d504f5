using ModelGen.Data;
using ModelGen.Evaluation;
using ModelGen.Objectives;
using ModelGen.Runs;
using ModelGen.Tests.Models;
using ModelGen.Tests.Training;
using ModelGen.Tokenization;
using ModelGen.Training;
using ModelGen.Training.Optimizers;

namespace ModelGen.Tests.Runs;

/// <summary>A run as its folder has it, written by what writes it.</summary>
public sealed class RecordedRunTests : IDisposable
{
    private static readonly TrainingOptions Options = new()
    {
        Optimizer = new AdamWOptions { LearningRate = 3e-3 },
        BatchSize = 4,
        Duration = Duration.Steps(12),
        Validation = new ValidationOptions(),
    };

    private readonly TemporaryFolder _folder = new();

    public RecordedRunTests() => _folder.Write("game.model.yaml", "model: Game\n"u8);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AWholeRunIsReadAsItWasWritten()
    {
        using (var session = Session(isResumed: false))
        {
            using var model = session.Create(static _ => new CharacterGpt(context: 8));
            using var data = TokenDataset.Create(new string('a', 300), new ByteTokenizer(), context: 8, validationFraction: 0.1);
            Assert.True(session.Train(new NextTokenObjective(model, data), Options));
            Assert.Equal((RunState.Running, 12L), (Read().State, Read().Step!.Value));
            Assert.True(session.Evaluate());
        }

        var run = Read();
        Assert.Empty(run.Problems);
        Assert.Equal((RunState.Finished, 12L, 12L), (run.State, run.Step!.Value, run.Manifest!.TotalSteps!.Value));
        Assert.Equal(("CharacterGpt", "NextTokenObjective"), (run.Manifest.Model, run.Manifest.Settings["objective"]));
        Assert.Equal("0.003", run.Manifest.Settings["training.optimizer.learning-rate"]);
        Assert.InRange(DateTime.UtcNow - run.Started!.Value, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        var environment = Assert.Single(run.Manifest.Sessions).Environment;
        Assert.Equal("cpu", environment["device"]);
        Assert.Equal(64, environment[RunManifest.SpecHash].Length);
        Assert.DoesNotContain("outcome", environment.Keys);

        var curves = MetricsFile.Read(_folder["run/metrics.jsonl"]);
        Assert.Equal(curves.Select(static curve => curve.Name), run.Metrics.Select(static curve => curve.Name));
        Assert.Equal(curves.Single(static curve => curve.Name == "train_loss").Points, run.TrainingLoss!.Points);
        Assert.Equal("validation_loss", run.ValidationLoss!.Name);
        Assert.Equal(run.ValidationLoss.Points[^1].Value, run.Evaluation!.Figures["validation_loss"]);
    }

    [Fact]
    public void AStoppedRunAndAResumedOneSaySo()
    {
        using var stop = new CancellationTokenSource();
        using (var session = Session(isResumed: false, stop.Token))
        {
            using var players = new TwoPlayers();
            Assert.False(session.Train(players, Options, new SampleTexts(session.SampleFolder, () =>
                    {
                        stop.Cancel();
                        return "";
                    })));
        }

        Assert.Equal((RunState.Stopped, 0L), (Read().State, Read().Step!.Value));

        using (var session = Session(isResumed: true))
        {
            using var players = new TwoPlayers();
            Assert.True(session.Train(players, Options));
        }

        Assert.Equal((RunState.Finished, 12L, 2), (Read().State, Read().Step!.Value, Read().Manifest!.Sessions.Count));
        Assert.Null(Read().Evaluation);
    }

    [Fact]
    public void WithoutAnEndItHasCrashedUnlessALockIsHeld()
    {
        var metrics = new MetricsFile(_folder["run/metrics.jsonl"]);
        var start = new TrainingStart(0, 60) { Run = new Dictionary<string, string> { ["duration"] = "60 steps" } };
        metrics.OnStart(start);
        new ManifestFile(_folder["run/manifest.json"], _folder["game.model.yaml"], _folder["run/metrics.jsonl"]).OnStart(start);
        metrics.OnStep(new StepReport(10, 60, [new("loss", 3.5)], 0.1, 1, "images", default));
        Assert.Equal((RunState.Crashed, 10L, 60L), (Read().State, Read().Step!.Value, Read().Manifest!.TotalSteps!.Value));

        using (new RunFolder(_folder["run"]).Lock("run.lock"))
        {
            Assert.Equal(RunState.Running, Read().State);
        }

        Assert.Equal(RunState.Crashed, Read().State);
        Assert.Null(RecordedRun.Read(_folder[""]));
    }

    [Fact]
    public void EarlyStoppingIsTold()
    {
        var start = new TrainingStart(0, 60);
        new MetricsFile(_folder["run/metrics.jsonl"]).OnStart(start);
        var manifest = new ManifestFile(_folder["run/manifest.json"], _folder["game.model.yaml"], _folder["run/metrics.jsonl"]);
        manifest.OnStart(start);
        manifest.OnEnd(new(TrainingOutcome.Finished, 28, 60, 1, 1, default, 1, "images", 1) { BestStep = 26 });

        Assert.Equal((RunState.StoppedEarly, 28L), (Read().State, Read().Step!.Value));
        Assert.Null(Read().TrainingLoss);
    }

    [Fact]
    public void ALossAmongSeveralIsTheFirst()
    {
        var start = new TrainingStart(0, 60);
        var metrics = new MetricsFile(_folder["run/metrics.jsonl"]);
        metrics.OnStart(start);
        new ManifestFile(_folder["run/manifest.json"], _folder["game.model.yaml"], _folder["run/metrics.jsonl"]).OnStart(start);
        metrics.OnStep(
            new StepReport(10, 60, [new("real_score", 0.5), new("generator_loss", 3), new("critic_loss", 4)], 0.1, 1, "images", default)
        );

        Assert.Equal("train_generator_loss", Read().TrainingLoss!.Name);
        Assert.Null(Read().ValidationLoss);
    }

    [Fact]
    public void AnEvaluationIsReadAsItWasWritten()
    {
        var report = new EvaluationReport("Any");
        report.Add("frechet_distance", 12.5);
        report.Add("kernel_distance", double.PositiveInfinity);
        report.Add("precision", double.NaN);
        report.Add("recall", double.NegativeInfinity);
        report.AddCount("generated", 2000);
        report.Write(_folder["evaluation.json"]);

        var read = EvaluationFile.Read(_folder["evaluation.json"]);

        Assert.Null(read.Extractor);
        Assert.Equal(report.Figures, read.Figures);
        Assert.Equal(2000, read.Counts["generated"]);
    }

    /// <summary>On Windows, a file that is read for others to write must say so.</summary>
    [Fact]
    public void ReadingDoesNotDisturbARunThatWrites()
    {
        _folder.Write("metrics.jsonl", "{\"step\":1,\"loss\":2}\n"u8);
        using var writer = new FileStream(_folder["metrics.jsonl"], FileMode.Append, FileAccess.Write, FileShare.ReadWrite);

        Assert.Equal([(1L, 2.0)], Assert.Single(MetricsFile.Read(_folder["metrics.jsonl"])).Points);
    }

    private RecordedRun Read() => RecordedRun.Read(_folder["run"])!;

    private RunSession Session(bool isResumed, CancellationToken stop = default) =>
        new(
            new RunSettings
            {
                Folder = _folder["run"],
                IsResumed = isResumed,
                Spec = _folder["game.model.yaml"],
                Curves = new("losses", "first_loss"),
                Device = "cpu",
            },
            stop
        );
}
