using ModelGen.Plots;
using ModelGen.Runs;
using ModelGen.Training;

namespace ModelGen.Tests.Runs;

public sealed class CurvesFileTests : IDisposable
{
    private static readonly TrainingResult End = new(TrainingOutcome.Finished, 0, 0, null, null, TimeSpan.Zero, 0, "images", 0);

    private readonly TemporaryFolder _folder = new();

    private string Metrics => _folder["metrics.jsonl"];

    private string Image => _folder["curves.png"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void CurvesAreDrawnAFiftiethOfTheRunApartAndAtItsEnd()
    {
        var (metrics, curves) = (new MetricsFile(Metrics), new CurvesFile(Metrics, Image, "nats"));
        Start(metrics, curves, step: 0);
        var drawn = new List<long>();
        for (var step = 1; step <= 100; step++)
        {
            var report = new StepReport(step, 100, [new("loss", 1.0 / step)], 1e-3, 1, "images", TimeSpan.Zero);
            metrics.OnStep(report);
            curves.OnStep(report);
            if (!File.Exists(Image))
            {
                continue;
            }

            drawn.Add(step);
            File.Delete(Image);
        }

        Assert.Equal(Enumerable.Range(1, 50).Select(static share => 2L * share), drawn);
        curves.OnEnd(End with { Outcome = TrainingOutcome.Failed });
        Assert.False(File.Exists(Image));
        curves.OnEnd(End);
        Assert.True(File.Exists(Image));
    }

    [Fact]
    public void AResumedRunDrawsTheSameCurvesAsOneThatNeverStopped()
    {
        Report(0, 50, new MetricsFile(Metrics), new CurvesFile(Metrics, Image, "nats"));
        Report(50, 100, new MetricsFile(Metrics), new CurvesFile(Metrics, Image, "nats"));
        var resumed = File.ReadAllBytes(Image);
        Report(0, 100, new MetricsFile(Metrics), new CurvesFile(Metrics, Image, "nats"));
        Assert.Equal(File.ReadAllBytes(Image), resumed);
        Report(0, 99, new MetricsFile(Metrics), new CurvesFile(Metrics, Image, "nats"));
        Assert.NotEqual(File.ReadAllBytes(Image), resumed);
    }

    [Fact]
    public void ARunThatGoesBackDrawsTheSameCurvesAsOneThatNeverDid()
    {
        var (metrics, curves) = (new MetricsFile(Metrics), new CurvesFile(Metrics, Image, "nats"));
        Report(0, 50, metrics, curves);
        var expected = File.ReadAllBytes(Image);
        metrics.OnStep(Of(60));
        curves.OnStep(Of(60));
        Assert.NotEqual(expected, File.ReadAllBytes(Image));
        var back = new RollbackReport(60, 50, 9, 1);
        metrics.OnRollback(back);
        curves.OnRollback(back);
        Assert.Equal(expected, File.ReadAllBytes(Image));

        // The milestone of step 52 comes again.
        File.Delete(Image);
        metrics.OnStep(Of(52));
        curves.OnStep(Of(52));
        Assert.True(File.Exists(Image));

        static StepReport Of(long step) => new(step, 100, [new("loss", 5)], 1e-3, 1, "images", TimeSpan.Zero);
    }

    [Fact]
    public void SpeedIsNoCurveAndMoreThanCanBeToldApartAreLeftOut()
    {
        var (metrics, curves) = (new MetricsFile(Metrics), new CurvesFile(Metrics, Image, "nats"));
        Start(metrics, curves, step: 0);
        metrics.OnStep(new StepReport(1, 2, [], 1e-3, 1, "images", TimeSpan.Zero));
        curves.OnEnd(End);
        Assert.False(File.Exists(Image));
        metrics.OnStep(
            new StepReport(
                2,
                2,
                [.. Enumerable.Range(0, 9).Select(static part => new MetricValue($"part{part}", part))],
                1e-3,
                1,
                "images",
                TimeSpan.Zero
            )
        );
        curves.OnEnd(End);
        Assert.True(File.Exists(Image));
    }

    [Fact]
    public void AnImageShowsTheMetricsItIsAskedFor()
    {
        var metrics = new MetricsFile(Metrics);
        var (nats, codes, rate, one, other) = (
            _folder["nats.png"],
            _folder["codes.png"],
            _folder["rate.png"],
            _folder["one.png"],
            _folder["other.png"]
        );
        CurvesFile[] images =
        [
            new(Metrics, nats, "nats", "loss", "commitment"),
            new(Metrics, codes, "codes", "codes_used"),
            new(Metrics, rate, "rate", "learning_rate"),
            new(Metrics, one, "one", "train_loss"),
            new(Metrics, other, "other", "los"),
        ];
        metrics.OnStart(new TrainingStart(0, 100));
        metrics.OnStep(
            new StepReport(1, 100, [new("loss", 5), new("codes_used", 300), new("commitment", 1)], 1e-3, 1, "images", TimeSpan.Zero)
        );
        metrics.OnValidation(new ValidationReport(1, 100, [new("loss", 6), new("codes_used", 310)], IsFull: true));
        foreach (var image in images)
        {
            image.OnEnd(End);
        }

        Curves.Write(Image, [new("train_loss", [(1, 5)]), new("validation_loss", [(1, 6)]), new("train_commitment", [(1, 1)])], "nats");
        Assert.Equal(File.ReadAllBytes(Image), File.ReadAllBytes(nats));
        Curves.Write(Image, [new("train_codes_used", [(1, 300)]), new("validation_codes_used", [(1, 310)])], "codes");
        Assert.Equal(File.ReadAllBytes(Image), File.ReadAllBytes(codes));
        Curves.Write(Image, [new("learning_rate", [(1, 1e-3)])], "rate");
        Assert.Equal(File.ReadAllBytes(Image), File.ReadAllBytes(rate));
        Curves.Write(Image, [new("train_loss", [(1, 5)])], "one");
        Assert.Equal(File.ReadAllBytes(Image), File.ReadAllBytes(one));
        Assert.False(File.Exists(other));
    }

    [Fact]
    public void MoreMetricsThanAnImageCanTellApartAreRefused()
    {
        Assert.Contains(
            "at most 4 metrics",
            Assert.Throws<ArgumentException>(() => new CurvesFile(Metrics, Image, "nats", "a", "b", "c", "d", "e")).Message
        );
        Assert.Throws<ArgumentException>(() => new CurvesFile(Metrics, Image, "nats", "a", ""));
    }

    private static void Start(MetricsFile metrics, CurvesFile curves, long step)
    {
        metrics.OnStart(new TrainingStart(step, 100));
        curves.OnStart(new TrainingStart(step, 100));
    }

    private static void Report(int from, int to, MetricsFile metrics, CurvesFile curves)
    {
        Start(metrics, curves, from);
        for (var step = from + 1; step <= to; step++)
        {
            var report = new StepReport(step, 100, [new("loss", 1.0 / step)], 1e-3, 1, "images", TimeSpan.Zero);
            metrics.OnStep(report);
            curves.OnStep(report);
        }

        curves.OnEnd(End);
    }
}
