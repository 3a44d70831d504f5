using System.Text.Json;
using ModelGen.Checkpoints;
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

    public RunSessionTests() => _folder.Write("game.model.yaml", "model: Game\n"u8);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ARunLeavesItsStandardFilesAndNoLock()
    {
        using (var session = Session())
        {
            Assert.True(Train(session));
        }

        Assert.Equal(
            ["checkpoints", "curves.png", "game.model.yaml", "learning-rate.png", "manifest.json", "metrics.jsonl", "tensorboard"],
            Names("run")
        );
    }

    [Fact]
    public void AMissingSpecIsToldBeforeAnythingElse()
    {
        var settings = new RunSettings
        {
            Folder = _folder["run"],
            Spec = _folder["none.model.yaml"],
            Curves = new("loss", "loss"),
        };

        Assert.Equal(
            $"The spec '{_folder["none.model.yaml"]}' of the run does not exist; give the path of the model's file, which the build can "
                + "copy next to the program.",
            Assert.Throws<ModelGenException>(() => new RunSession(settings)).Message
        );
        Assert.False(Directory.Exists(_folder["run"]));
    }

    [Fact]
    public void AFileInTheFoldersPlaceIsToldBeforeAnythingElse()
    {
        _folder.Write("run", "a person's own"u8);

        Assert.Equal(
            $"Cannot write the run into '{_folder["run"]}', which is a file; choose a folder.",
            Assert.Throws<ModelGenException>(() => Session()).Message
        );
    }

    [Fact]
    public void StoppedBeforeItBeginsItSaysThatNothingIsWritten()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        var code = 0;
        var output = Told(() =>
            code = ConsoleProgram.Run(_ =>
            {
                using var session = new RunSession(Settings(isResumed: false), stop.Token);
                return Train(session);
            })
        );

        Assert.Equal(
            (ConsoleProgram.Stopped, "stopped before training began; nothing was written, so the same command starts again\n"),
            (code, output)
        );
        Assert.False(Directory.Exists(_folder["run"]));
    }

    [Fact]
    public void StoppedBetweenTrainingAndMeasuringItSaysHowToGoOn()
    {
        using var stop = new CancellationTokenSource();
        var output = Told(() =>
        {
            using var session = new RunSession(Settings(isResumed: false), stop.Token);
            Assert.True(Train(session));
            stop.Cancel();
        });

        Assert.EndsWith(
            "stopped after training; the model is saved; resume the run for the rest (--resume, or RunSettings.IsResumed in a program of your own)\n",
            output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void HowAStoppedTrainingEndedIsToldOnce()
    {
        using var stop = new CancellationTokenSource();
        var output = Told(() =>
        {
            using var session = new RunSession(Settings(isResumed: false), stop.Token);
            using var players = new TwoPlayers();
            var samples = new SampleTexts(session.SampleFolder, () =>
            {
                stop.Cancel();
                return "";
            });
            Assert.False(session.Train(players, Options, samples));
        });

        Assert.EndsWith(
            "\nstopped at step 0 of 12; resume the run to continue from there (--resume, or RunSettings.IsResumed in a program of your own)\n",
            output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void WhatWasLeftOutOfTheDataIsTold()
    {
        var output = Told(() =>
        {
            using var session = Session();
            using var players = new TwoPlayers
            {
                LeftOut = [.. Enumerable.Range(0, 12).Select(static i => new FileProblem($"{i}", "is bad"))],
            };
            session.Train(players, Options);
        });

        Assert.StartsWith(
            $"{string.Concat(Enumerable.Range(0, 10).Select(static i => $"left out: {i} is bad\n"))}left out: 2 more\ntraining for ",
            output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void TwoProcessesCannotTrainIntoOneFolder()
    {
        using var session = Session();
        Assert.True(Train(session));
        using var other = Session();

        Assert.StartsWith(
            $"The run folder '{_folder["run"]}' is in use: process {Environment.ProcessId} on host ",
            Assert.Throws<ModelGenException>(() => Train(other)).Message,
            StringComparison.Ordinal
        );
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
        {
            Assert.True(Train(session));
        }

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
        {
            Assert.True(Train(session, 20));
        }

        Assert.Equal(20, StepFiles.NewestFirst(Path.Combine(_folder["run"], "checkpoints"))[0].Step);
        Assert.DoesNotContain("result.txt", Names("run"));
        Assert.DoesNotContain("earlier-1", Names("run"));
    }

    [Fact]
    public void WithNothingToResumeNothingIsLeftBehind()
    {
        using var session = Session(isResumed: true);

        Assert.Contains(
            "There is no checkpoint in",
            Assert.Throws<ModelGenException>(() => Train(session)).Message,
            StringComparison.Ordinal
        );
        Assert.False(Directory.Exists(_folder["run"]));
    }

    [Fact]
    public void ADeviceThatIsNotThereIsToldAtOnce()
    {
        var settings = Settings(isResumed: false) with { Device = "gpu", Spec = _folder.Write("game.model.yaml", "model: Game"u8) };

        Assert.Contains(
            "'gpu' is not a device",
            Assert.Throws<ModelGenException>(() => new RunSession(settings)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void ATrainedModelIsMeasuredAndTheFiguresAreTold()
    {
        var output = Told(() =>
        {
            using var session = Session();
            using var model = session.Create(static _ => new CharacterGpt(context: 8));
            using var data = TokenDataset.Create(new string('a', 300), new ByteTokenizer(), context: 8, validationFraction: 0.1);
            Assert.True(session.Train(new NextTokenObjective(model, data), Options));
            Assert.True(session.Evaluate(new Metric("first", 1.5), new Metric("second", 2.25)));
        });

        using var written = JsonDocument.Parse(File.ReadAllText(_folder["run/evaluation.json"]));
        var figures = written.RootElement.GetProperty("figures");
        Assert.Equal(["validation_loss", "first", "second"], figures.EnumerateObject().Select(static figure => figure.Name));
        Assert.Equal(LastValidationLoss(), figures.GetProperty("validation_loss").GetDouble());
        Assert.Equal(2.25, figures.GetProperty("second").GetDouble());
        Assert.Equal(1, written.RootElement.GetProperty("seeds").GetProperty("run").GetInt32());
        Assert.Contains("\nmeasuring: first\nmeasuring: second\n", output, StringComparison.Ordinal);
        Assert.Matches(@"\n  second +2\.2500\n", output);
    }

    [Theory]
    [InlineData(12, "")]
    [InlineData(130, "note: a batch has 3.9 times as many samples as the training data, so that each step repeats them\n")]
    public void ABatchBeyondTheDataIsTold(int batch, string note)
    {
        var output = Told(() =>
        {
            using var session = Session();
            using var model = session.Create(static _ => new CharacterGpt(context: 8));
            using var data = TokenDataset.Create(new string('a', 310), new ByteTokenizer(), context: 8, validationFraction: 0.1);
            Assert.Equal(33, data.Training.SamplesPerEpoch);
            Assert.True(session.Train(new NextTokenObjective(model, data), Options with { BatchSize = batch }));
        });

        Assert.Equal(note.Length > 0, output.Contains("note: a batch", StringComparison.Ordinal));
        Assert.Contains(note, output, StringComparison.Ordinal);
    }

    [Fact]
    public void ARunThatIsNotToBeEvaluatedIsNot()
    {
        using var session = new RunSession(Settings(isResumed: false) with { IsEvaluated = false });
        Assert.True(Train(session));

        Assert.True(session.Evaluate(new Metric("first", 1, static () => Assert.Fail("It was measured."))));

        Assert.DoesNotContain("evaluation.json", Names("run"));
    }

    [Fact]
    public void StoppedWhileMeasuringItSaysHowToGoOnAndAResumedRunMeasures()
    {
        using var stop = new CancellationTokenSource();
        var output = Told(() =>
        {
            using var session = new RunSession(Settings(isResumed: false), stop.Token);
            Assert.True(Train(session));
            Assert.False(
                session.Evaluate(new Metric("first", 1, stop.Cancel), new Metric("second", 2, static () => Assert.Fail("It went on.")))
            );
        });

        Assert.EndsWith(
            "stopped while measuring; the model is trained and saved; resume the run to measure it (--resume, or RunSettings.IsResumed in a program of your own)\n",
            output,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("evaluation.json", Names("run"));

        using (var session = Session(isResumed: true))
        {
            Assert.True(Train(session));
            Assert.True(session.Evaluate(new Metric("first", 1)));
        }

        Assert.Contains("evaluation.json", Names("run"));

        // A run that is taken up again has not been measured as it is.
        using (var session = Session(isResumed: true))
        {
            Assert.True(Train(session, 20));
        }

        Assert.DoesNotContain("evaluation.json", Names("run"));
    }

    [Fact]
    public void WhatIsNotTrainedIsNotMeasured()
    {
        using var session = Session();

        Assert.Contains(
            "once it is trained to its end",
            Assert.Throws<InvalidOperationException>(() => session.Evaluate()).Message,
            StringComparison.Ordinal
        );
    }

    private static bool Train(RunSession session, int steps = 12)
    {
        using var players = new TwoPlayers();
        return session.Train(players, Options with { Duration = Duration.Steps(steps) });
    }

    private static string Told(Action act)
    {
        var before = Console.Out;
        using var output = new StringWriter { NewLine = "\n" };
        Console.SetOut(output);
        try
        {
            act();
        }
        finally
        {
            Console.SetOut(before);
        }

        return output.ToString();
    }

    private double LastValidationLoss() =>
        MetricsFile.Read(_folder["run/metrics.jsonl"]).Single(static metric => metric.Name == "validation_loss").Points[^1].Value;

    private RunSession Session(bool isResumed = false) => new(Settings(isResumed));

    private RunSettings Settings(bool isResumed) =>
        new()
        {
            Folder = _folder["run"],
            IsResumed = isResumed,
            Spec = _folder["game.model.yaml"],
            Curves = new("losses", "second_loss", "first_loss"),
            Results = ["result.txt"],
        };

    private string[] Names(string folder) =>
        [.. Directory.GetFileSystemEntries(_folder[folder]).Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private sealed class Metric(string name, double value, Action? meanwhile = null) : ModelGen.Evaluation.Metric
    {
        public override string Name => name;

        public override void AddTo(EvaluationReport report, EvaluationProgress progress)
        {
            meanwhile?.Invoke();
            progress.Advance(1, 2);
            report.Add(name, value);
        }
    }
}
