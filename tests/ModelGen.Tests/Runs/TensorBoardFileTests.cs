using ModelGen.Runs;
using ModelGen.Training;
using ModelGen.Training.Gradients;
using Tensorboard;
using static TorchSharp.torch;

namespace ModelGen.Tests.Runs;

public sealed class TensorBoardFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Events => _folder["tensorboard"];

    private string Samples => _folder["samples"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EveryMeasureIsShownUnderItsNameInTheMetrics()
    {
        var metrics = new MetricsFile(_folder["metrics.jsonl"]);
        var board = new TensorBoardFile(Events);
        foreach (var observer in new TrainingObserver[] { metrics, board })
        {
            observer.OnStart(new TrainingStart(0, 20));
            observer.OnValidation(new ValidationReport(0, 20, [new("loss", 5.5)], IsFull: false));
            observer.OnStep(
                new StepReport(10, 20, [new("loss", 1.0 / 3)], 3e-4, 1234.56, "tokens", TimeSpan.Zero)
                {
                    GradientNorm = 1.5,
                    UpdateRatio = 0.002,
                    PeakMemory = 612_000_000,
                }
            );
            observer.OnStep(
                new StepReport(20, 20, [new("loss", double.NaN), new("kl", double.NegativeInfinity)], 1e-300, 1e7, "images", TimeSpan.Zero)
            );
            observer.OnValidation(new ValidationReport(20, 20, [new("loss", 1.875), new("kl", -0.5)], IsFull: true));
        }

        var expected = MetricsFile
            .Read(_folder["metrics.jsonl"])
            .SelectMany(static curve => curve.Points.Select(point => (point.Step, curve.Name, (float)point.Value)))
            .Order();
        Assert.Equal(expected, Scalars().Order());
        Assert.Contains((10, "peak_memory_bytes", 612_000_000f), Scalars());
        Assert.Contains((10, "train_loss", 1 / 3f), Scalars());
        Assert.Equal(13, Scalars().Count);
    }

    [Fact]
    public void SamplesAreShownAsTheyAre()
    {
        Run(10, 0, 40, Observers());
        var shown = EventReader.Shown(Events);
        var images = shown.Where(static value => value.Image is not null).ToList();
        Assert.Equal([0L, 10, 20, 30, 40], images.Select(static value => value.Step));
        Assert.All(images, image =>
        {
            // Two columns and two rows of 3 × 4 pixels at double size, with gaps of two pixels around them.
            Assert.Equal("images", image.Tag);
            Assert.Equal((18ul, 22ul, 1ul), (Number(image, 1), Number(image, 2), Number(image, 3)));
            Assert.Equal(
                File.ReadAllBytes(Path.Combine(Samples, $"step-{image.Step:D6}.png")),
                image.Image!.Single(static field => field.Number == 4).Bytes
            );
        });
        var texts = shown.Where(static value => value.Text is not null).ToList();
        Assert.Equal([0L, 10, 20, 30, 40], texts.Select(static value => value.Step));
        Assert.All(texts, static text =>
            Assert.Equal(("texts", "text", "    # Größe\n        x\n    "), (text.Tag, text.Plugin, text.Text))
        );

        static ulong Number(EventReader.Value value, int field) => value.Image!.Single(each => each.Number == field).Number64;
    }

    [Theory]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(20)]
    [InlineData(40)]
    public void AResumedRunShowsWhatOneThatNeverStoppedShows(int from)
    {
        Run(5, 0, 40, Observers());
        var straight = EventReader.Shown(Events);
        var name = Path.GetFileName(Directory.GetFiles(Events).Single());

        // Killed after its last metric, or while it wrote the last record.
        if (from == 20)
        {
            var file = Directory.GetFiles(Events).Single();
            File.WriteAllBytes(file, File.ReadAllBytes(file)[..^7]);
        }

        Run(5, from, 40, Observers());
        var resumed = EventReader.Shown(Events);
        Assert.Equal(straight.Select(What), resumed.Select(What));
        Assert.Equal(
            straight.Where(value => value.Step < from).Select(static value => value.Time),
            resumed.Where(value => value.Step < from).Select(static value => value.Time)
        );
        Assert.Equal(
            ["events.out.tfevents.000001", "events.out.tfevents.000002"],
            [name, Path.GetFileName(Directory.GetFiles(Events).Single())]
        );
    }

    [Fact]
    public void ARunThatGoesBackAndResumesShowsNoStepTwice()
    {
        Run(5, 0, 40, Observers());
        var straight = EventReader.Shown(Events).Select(What).ToList();

        var observers = Observers();
        Run(5, 0, 25, observers);
        var lost = EventReader.Shown(Events);
        observers.ForEach(static observer => observer.OnRollback(new RollbackReport(25, 10, 9, 1)));
        Assert.Equal(lost.Where(static value => value.Step <= 10).Select(What), EventReader.Shown(Events).Select(What));
        Report(5, 10, 30, observers);
        Run(5, 20, 40, Observers());
        Assert.Equal(straight, EventReader.Shown(Events).Select(What));
    }

    /// <summary>A kill can leave the beginning of the next file, which starts the run anew, without what is kept of it.</summary>
    [Fact]
    public void AnUnfinishedFileTakesNothingAway()
    {
        Run(10, 0, 20, Observers());
        var whole = Directory.GetFiles(Events).Single();
        var before = Scalars().Where(static value => value.Item1 <= 20).ToList();
        var begun = Path.Combine(Events, "events.out.tfevents.000002.tmp");
        File.WriteAllBytes(begun, [.. EventFile.Record(Restart()), 1, 2, 3]);

        Run(10, 20, 40, Observers());

        Assert.Equal(before.Count, Scalars().Count(static value => value.Item1 <= 20));
        Assert.False(File.Exists(begun));
        Assert.False(File.Exists(whole));

        static Event Restart() => new() { SessionLog = new SessionLog { Status = SessionLog.Types.SessionStatus.Start } };
    }

    [Fact]
    public void ANewRunReplacesTheFileAndOthersStay()
    {
        _folder.Write("tensorboard/notes.txt", [1]);
        Run(5, 0, 40, Observers());
        new TensorBoardFile(Events).OnStart(new TrainingStart(0, 40));
        Assert.Empty(EventReader.Shown(Events));
        Assert.Equal(
            ["events.out.tfevents.000002", "notes.txt"],
            Directory.GetFiles(Events).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void TheChecksumIsThatOfTheStandard()
    {
        // RFC 3720, B.4, and the usual check value.
        Assert.Equal(0x8a9136aau, EventReader.Checksum(new byte[32]));
        Assert.Equal(0xe3069283u, EventReader.Checksum("123456789"u8));

        // A record written by hand: wall time 1, step 300, a summary of one value "loss" of 0.5; the checksums from a program in another
        // language.
        var happened = new Event
        {
            WallTime = 1,
            Step = 300,
            Summary = new Summary(),
        };
        happened.Summary.Value.Add(new Summary.Types.Value { Tag = "loss", SimpleValue = 0.5f });
        Assert.Equal(
            "1B000000000000001A0D9E1309000000000000F03F10AC022A0D0A0B0A046C6F7373150000003F4E5C1FD1",
            Convert.ToHexString(EventFile.Record(happened))
        );
    }

    [Fact]
    public void AFileThatCannotBeWrittenIsSaid()
    {
        var board = new TensorBoardFile(_folder.Write("file", []));
        Assert.StartsWith("Cannot ", Assert.Throws<ModelGenException>(() => board.OnStart(new TrainingStart(0, 1))).Message);
        board = new TensorBoardFile(Events);
        board.OnStart(new TrainingStart(0, 1));
        Directory.Delete(Events, recursive: true);
        Assert.StartsWith("Cannot write the TensorBoard file: ", Assert.Throws<ModelGenException>(() => board.OnStep(Step(1, 1))).Message);
    }

    private List<TrainingObserver> Observers() =>
        [
            new SampleGrids(Samples, static () => zeros(4, 1, 3, 4), columns: 2),
            new SampleTexts(Samples, static () => "# Größe\n    x\n"),
            new TensorBoardFile(Events, Samples),
        ];

    private static void Run(int every, int from, int to, List<TrainingObserver> observers)
    {
        observers.ForEach(observer => observer.OnStart(new TrainingStart(from, 40)));
        Report(every, from, to, observers);
    }

    /// <summary>What a trainer tells, with an estimate at every tenth step and the last metric at the end.</summary>
    private static void Report(int every, int from, int to, List<TrainingObserver> observers)
    {
        for (var step = from + every; step <= to; step += every)
        {
            observers.ForEach(observer => observer.OnStep(Step(step, 40)));
            if (step % 10 == 0 && step < 40)
            {
                observers.ForEach(observer => observer.OnValidation(new ValidationReport(step, 40, [new("loss", step)], IsFull: false)));
            }
        }

        if (to == 40)
        {
            observers.ForEach(static observer => observer.OnValidation(new ValidationReport(40, 40, [new("loss", 0.5)], IsFull: true)));
        }
    }

    private static StepReport Step(long step, long total) => new(step, total, [new("loss", 1.0 / step)], 1e-3, 5, "images", TimeSpan.Zero);

    private static (long, string, float?, string?, string?) What(EventReader.Value value) =>
        (
            value.Step,
            value.Tag,
            value.Scalar,
            value.Text,
            value.Image is { } image ? Convert.ToHexString(image.Single(static field => field.Number == 4).Bytes) : null
        );

    private List<(long, string, float)> Scalars() =>
        [
            .. EventReader
                .Shown(Events)
                .Where(static value => value.Scalar is not null)
                .Select(static value => (value.Step, value.Tag, value.Scalar!.Value)),
        ];
}
