using System.Text.Json;
using ModelGen.Runs;
using ModelGen.Training;
using ModelGen.Training.Gradients;

namespace ModelGen.Tests.Runs;

public sealed class MetricsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EachReportIsALineWithWhatWasMeasured()
    {
        var path = _folder["run/metrics.jsonl"];
        var metrics = new MetricsFile(path);
        metrics.OnStart(new TrainingStart(0, 20));
        metrics.OnValidation(new ValidationReport(0, 20, [new("loss", 5.5)], IsFull: false));
        metrics.OnStep(new StepReport(10, 20, [new("loss", 2.5)], 1e-3, 1234.56, "tokens", TimeSpan.Zero));
        Assert.Equal(2, File.ReadAllLines(path).Length); // on disk at once
        metrics.OnStep(
            new StepReport(20, 20, [new("loss", double.NaN), new("kl", 0.25)], 1e-3, 1e7, "images", TimeSpan.Zero)
            {
                GradientNorm = 1.5,
                UpdateRatio = 0.002,
                PeakMemory = 612_000_000,
            }
        );
        metrics.OnValidation(new ValidationReport(20, 20, [new("loss", 1.875), new("kl", 0.5)], IsFull: true));
        Assert.Equal(
            """
            {"step":0,"validation_loss":5.5}
            {"step":10,"train_loss":2.5,"learning_rate":0.001,"tokens_per_second":1234.6}
            {"step":20,"train_loss":"NaN","train_kl":0.25,"learning_rate":0.001,"gradient_norm":1.5,"update_ratio":0.002,"images_per_second":10000000,"peak_memory_bytes":612000000}
            {"step":20,"validation_loss":1.875,"validation_kl":0.5}

            """.ReplaceLineEndings("\n"),
            File.ReadAllText(path)
        );
    }

    [Fact]
    public void WhatWasWrittenIsReadAsCurves()
    {
        var path = _folder["metrics.jsonl"];
        var metrics = new MetricsFile(path);
        metrics.OnStart(new TrainingStart(0, 20));
        metrics.OnValidation(new ValidationReport(0, 20, [new("loss", 5.5)], IsFull: false));
        metrics.OnStep(new StepReport(10, 20, [new("loss", 2.5)], 1e-3, 3, "images", TimeSpan.Zero));
        metrics.OnStep(new StepReport(20, 20, [new("loss", double.NegativeInfinity), new("kl", 0.25)], 1e-3, 4, "images", TimeSpan.Zero));
        File.AppendAllText(path, """{"step":20,"validation_lo""");
        var curves = MetricsFile.Read(path);
        Assert.Equal(
            ["validation_loss", "train_loss", "learning_rate", "images_per_second", "train_kl"],
            curves.Select(static curve => curve.Name)
        );
        Assert.Equal([(0L, 5.5)], curves[0].Points);
        Assert.Equal([(10L, 2.5), (20L, double.NegativeInfinity)], curves[1].Points);
        Assert.Equal([(20L, 0.25)], curves[4].Points);
        Assert.StartsWith(
            "Cannot read the metrics: ",
            Assert.Throws<ModelGenException>(() => MetricsFile.Read(_folder["missing"])).Message
        );
    }

    [Fact]
    public void TheLastMeasureIsTakenAgainWhereARunWasKilledAfterIt()
    {
        var path = _folder["metrics.jsonl"];
        var lines = new[]
        {
            """{"step":10,"validation_loss":5}""",
            """{"step":20,"train_loss":3}""",
            """{"step":20,"validation_loss":4}""",
        };
        File.WriteAllLines(path, lines);
        new MetricsFile(path).OnStart(new TrainingStart(20, 40));
        Assert.Equal(lines, File.ReadAllLines(path));
        new MetricsFile(path).OnStart(new TrainingStart(20, 20));
        Assert.Equal(lines[..2], File.ReadAllLines(path));
    }

    [Fact]
    public void ForeignLinesAndValuesAreLeftOut()
    {
        var path = _folder["metrics.jsonl"];
        File.WriteAllLines(
            path,
            [
                """{"step":1,"loss":4,"x":"abc"}""",
                """{"step":2,"x":[1],"loss":3}""",
                """{"step":3,"x":{"y":1},"note":null,"isGood":true,"loss":"Infinity"}""",
                """{"step":"4","loss":9}""",
                """{"step":4.5,"loss":9}""",
                """{"step":99999999999999999999,"loss":9}""",
                """{"loss":9}""",
                "[5]",
                "6",
                "null",
                "",
                "nonsense",
                """{"step":7,"\ud800":9}""",
                """{"step":8,"x":"\ud800","loss":9}""",
                """{"step":9,"loss":1e999}""",
                """{"step":10,"loss":2}""",
            ]
        );
        var loss = Assert.Single(MetricsFile.Read(path));
        Assert.Equal("loss", loss.Name);
        Assert.Equal([(1L, 4.0), (2L, 3.0), (3L, double.PositiveInfinity), (9L, double.PositiveInfinity), (10L, 2.0)], loss.Points);
    }

    [Fact]
    public void ANewRunReplacesTheFileAndAResumedOneKeepsWhatCameBefore()
    {
        var path = _folder["metrics.jsonl"];
        var lines = new[]
        {
            """{"step":0,"validation_loss":5}""",
            """{"step":10,"train_loss":4}""",
            """{"step":20,"train_loss":3}""",
            """{"step":30,"tr""",
        };
        File.WriteAllLines(path, lines);
        new MetricsFile(path).OnStart(new TrainingStart(20, 40));
        Assert.Equal(lines[..3], File.ReadAllLines(path));
        new MetricsFile(path).OnStart(new TrainingStart(15, 40));
        Assert.Equal(lines[..2], File.ReadAllLines(path));
        new MetricsFile(path).OnStart(new TrainingStart(0, 40));
        Assert.Empty(File.ReadAllLines(path));
    }

    [Fact]
    public void ARunThatGoesBackKeepsWhatCameBefore()
    {
        var path = _folder["metrics.jsonl"];
        var lines = new[]
        {
            """{"step":0,"validation_loss":5}""",
            """{"step":10,"train_loss":4}""",
            """{"step":10,"validation_loss":4}""",
            """{"step":20,"train_loss":30}""",
        };
        var metrics = new MetricsFile(path);
        foreach (var (to, kept) in new[] { (15, 3), (10, 3), (0, 1) })
        {
            File.WriteAllLines(path, lines);
            metrics.OnRollback(new RollbackReport(20, to, 30, 4));
            Assert.Equal(lines[..kept], File.ReadAllLines(path));
        }
    }

    [Fact]
    public void EveryLineIsJson()
    {
        var metrics = new MetricsFile(_folder["m"]);
        metrics.OnStart(new TrainingStart(0, 5));
        foreach (var value in new[] { 0, -1e-300, 1.0 / 3, double.MaxValue, double.NaN, double.NegativeInfinity })
        {
            metrics.OnStep(new StepReport(1, 5, [new("loss", value)], 0, value, "tokens", TimeSpan.Zero));
        }

        foreach (var line in File.ReadLines(_folder["m"]))
        {
            using var document = JsonDocument.Parse(line);
            Assert.Equal(1, document.RootElement.GetProperty("step").GetInt64());
        }
    }

    [Fact]
    public void AFileThatCannotBeWrittenIsSaid()
    {
        var path = Path.Combine(_folder.Write("file", []), "metrics.jsonl");
        Assert.StartsWith(
            $"Cannot save the metrics '{path}'",
            Assert.Throws<ModelGenException>(() => new MetricsFile(path).OnStart(new TrainingStart(0, 1))).Message
        );
    }
}
