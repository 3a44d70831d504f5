using ModelGen.Runs;
using ModelGen.Training;
using ModelGen.Training.Gradients;

namespace ModelGen.Tests.Runs;

public sealed class ConsoleProgressTests
{
    private static readonly TrainingResult Result = new(
        TrainingOutcome.Finished,
        2000,
        2000,
        1.7,
        1.893,
        TimeSpan.FromSeconds(131),
        14_200.4,
        "tokens",
        612_000_000
    );

    private static readonly StepReport Game = new(
        120,
        3750,
        [new("generator_loss", 0.8213), new("discriminator_loss", 1.3121), new("real_score", 0.5512), new("fake_score", 0.4431)],
        4e-4,
        1234,
        "images",
        TimeSpan.FromSeconds(725)
    )
    {
        GradientNorm = 0.9123,
    };

    private readonly Clock _clock = new();

    [Fact]
    public void WithoutATerminalItWritesPlainLines()
    {
        using var output = new StringWriter();
        var progress = new ConsoleProgress(output);
        progress.OnStart(new TrainingStart(0, 2000));
        progress.OnValidation(new ValidationReport(0, 2000, [new("loss", 5.5521)], IsFull: false));
        progress.OnStep(Step(10, TimeSpan.FromSeconds(3723)));
        progress.OnStep(Step(40, TimeSpan.FromSeconds(92.6)));
        progress.OnStep(Step(50, TimeSpan.FromSeconds(91)));
        progress.OnStep(Step(80, TimeSpan.FromSeconds(7.4)));
        progress.OnCheckpoint(new CheckpointReport(2000, "runs/x"));
        progress.OnValidation(new ValidationReport(2000, 2000, [new("loss", 1.893)], IsFull: true));
        progress.OnEnd(Result);
        Assert.Equal(
            """
            step 0/2000  validation loss 5.5521
            step 40/2000  loss 2.3141  14,200 tokens/s  1m 33s left
            step 80/2000  loss 2.3141  14,200 tokens/s  7s left
            step 2000/2000  validation loss 1.8930 over all validation data
            finished at step 2000/2000 after 2m 11s, 14,200 tokens/s, peak memory 612 MB

            """.ReplaceLineEndings("\n"),
            output.ToString()
        );
    }

    [Fact]
    public void EveryMeasureIsShown()
    {
        using var output = new StringWriter();
        var progress = new ConsoleProgress(output);
        progress.OnStart(new TrainingStart(0, 100));
        progress.OnStep(
            new StepReport(
                10,
                100,
                [new("generator_loss", 0.5), new("discriminator_loss", 1.25)],
                1e-3,
                99,
                "images",
                TimeSpan.FromSeconds(1)
            )
        );
        progress.OnValidation(new ValidationReport(10, 100, [new("loss", 95.5), new("kl", 12)], IsFull: false));
        Assert.Equal(
            """
            step 10/100  generator loss 0.5000  discriminator loss 1.2500  99 images/s  1s left
            step 10/100  validation loss 95.5000  kl 12.0000

            """.ReplaceLineEndings("\n"),
            output.ToString()
        );
    }

    [Fact]
    public void TheGradientsNormIsShownAndAWayBackTold()
    {
        using var output = new StringWriter();
        var progress = new ConsoleProgress(output);
        progress.OnStart(new TrainingStart(0, 100));
        progress.OnStep(Step(20, TimeSpan.FromSeconds(1), 100) with { GradientNorm = 0.51239 });
        progress.OnValidation(new ValidationReport(20, 100, [new("loss", 2.5)], IsFull: false));
        progress.OnStep(Step(30, TimeSpan.FromSeconds(1), 100));
        progress.OnRollback(new RollbackReport(30, 20, double.NaN, 2.3));
        progress.OnStep(Step(30, TimeSpan.FromSeconds(1), 100));
        Assert.Equal(
            """
            step 20/100  loss 2.3141  gradient norm 0.5124  14,200 tokens/s  1s left
            step 20/100  validation loss 2.5000
            step 30/100  loss 2.3141  14,200 tokens/s  1s left
            rolled back from step 30 to the checkpoint of step 20: the loss was NaN where 2.3000 was expected
            step 30/100  loss 2.3141  14,200 tokens/s  1s left

            """.ReplaceLineEndings("\n"),
            output.ToString()
        );
    }

    [Fact]
    public void PlainLinesForStepsAreAtMostFifty()
    {
        using var output = new StringWriter();
        var progress = new ConsoleProgress(output);
        progress.OnStart(new TrainingStart(0, 100_000));
        for (var step = 10; step <= 100_000; step += 10)
        {
            progress.OnStep(Step(step, TimeSpan.Zero, 100_000));
        }

        Assert.Equal(50, output.ToString().Count(static c => c == '\n'));
    }

    [Fact]
    public void AResumedOrStoppedRunSaysSo()
    {
        using var output = new StringWriter();
        var progress = new ConsoleProgress(output);
        progress.OnStart(new TrainingStart(120, 2000));
        progress.OnEnd(Result with { Outcome = TrainingOutcome.Cancelled, Step = 300 });
        progress.OnEnd(Result with { Outcome = TrainingOutcome.Failed, Step = 301, Elapsed = TimeSpan.FromHours(25.5) });
        Assert.Equal(
            """
            resumed at step 120/2000
            stopped at step 300/2000 after 2m 11s, 14,200 tokens/s, peak memory 612 MB
            failed at step 301/2000 after 25h 30m, 14,200 tokens/s, peak memory 612 MB

            """.ReplaceLineEndings("\n"),
            output.ToString()
        );
    }

    [Fact]
    public void OnATerminalOneLineChangesInPlaceBelowWhatStays()
    {
        var terminal = new Terminal(200);
        var progress = On(terminal);
        progress.OnStart(new TrainingStart(0, 2000) { Notices = ["the libtorch version has changed"] });
        progress.OnStep(Step(10, TimeSpan.FromSeconds(125)));
        Assert.Equal(["note: the libtorch version has changed", "step 10/2000  loss 2.3141  14,200 tokens/s  2m 5s left"], terminal.Rows);

        progress.OnStep(Step(20, TimeSpan.FromSeconds(7)));
        progress.OnValidation(new ValidationReport(20, 2000, [new("loss", 2.5)], IsFull: false));
        Assert.Equal(
            [
                "note: the libtorch version has changed",
                "step 20/2000  validation loss 2.5000",
                "step 20/2000  loss 2.3141  14,200 tokens/s  7s left",
            ],
            terminal.Rows
        );

        progress.OnEnd(Result);
        Assert.Equal(
            [
                "note: the libtorch version has changed",
                "step 20/2000  validation loss 2.5000",
                "finished at step 2000/2000 after 2m 11s, 14,200 tokens/s, peak memory 612 MB",
            ],
            terminal.Rows
        );
    }

    [Fact]
    public void WhatIsNoLongerTrueGoes()
    {
        var terminal = new Terminal(80);
        var progress = On(terminal);
        progress.OnStart(new TrainingStart(0, 100));
        progress.OnStep(Step(30, TimeSpan.FromSeconds(7), 100));
        progress.OnRollback(new RollbackReport(30, 20, 1e30, 2.3));
        Assert.Equal(
            ["rolled back from step 30 to the checkpoint of step 20: the loss was 1E+30 where 2.3000 was expected"],
            terminal.Unwrapped
        );

        progress.OnStep(Step(100, TimeSpan.Zero, 100));
        progress.OnValidating(0.5);
        progress.OnValidation(new ValidationReport(100, 100, [new("loss", 2.5)], IsFull: true));
        Assert.Equal("step 100/100  validation loss 2.5000 over all validation data", terminal.Rows[^1]);
    }

    [Fact]
    public void OnATerminalTheLastValidationShowsHowFarItIsAndWhatIsLeft()
    {
        var terminal = new Terminal(80);
        var progress = On(terminal);
        progress.OnValidating(0.25);
        Assert.Equal(["validating on all validation data  25 %"], terminal.Rows);

        _clock.Now += TimeSpan.FromSeconds(30);
        progress.OnValidating(0.5);
        Assert.Equal(["validating on all validation data  50 %  30s left"], terminal.Rows);

        terminal.Columns = 30;
        progress.OnValidating(0.5);
        Assert.Equal(["50 %  30s left"], terminal.Rows);
    }

    [Fact]
    public void TheNextRunsLastValidationIsTimedFromItsOwnBeginning()
    {
        var terminal = new Terminal(80);
        var progress = On(terminal);
        progress.OnValidating(0.25);
        progress.OnValidation(new ValidationReport(100, 100, [new("loss", 2.5)], IsFull: true));
        _clock.Now += TimeSpan.FromHours(1);
        progress.OnValidating(0.25);
        _clock.Now += TimeSpan.FromSeconds(30);
        progress.OnValidating(0.5);
        Assert.Equal("validating on all validation data  50 %  30s left", terminal.Rows[^1]);
    }

    [Theory]
    [InlineData(60, "step 120/3750  generator loss 0.8213  12m 5s left")]
    [InlineData(80, "step 120/3750  generator loss 0.8213  discriminator loss 1.3121  12m 5s left")]
    [InlineData(100, "step 120/3750  generator loss 0.8213  discriminator loss 1.3121  real score 0.5512  12m 5s left")]
    [InlineData(30, "step 120/3750  12m 5s left")]
    [InlineData(20, "12m 5s left")]
    [InlineData(
        200,
        "step 120/3750  generator loss 0.8213  discriminator loss 1.3121  real score 0.5512  fake score 0.4431  gradient norm 0.9123  "
            + "1,234 images/s  12m 5s left"
    )]
    public void ANarrowTerminalShowsWhatMattersMost(int columns, string line)
    {
        var terminal = new Terminal(columns);
        On(terminal).OnStep(Game);
        Assert.Equal([line], terminal.Rows);
    }

    // Whatever a model measures, at every width: nothing wraps, nothing is cut in two, and the time left is there.
    [Fact]
    public void NoItemIsEverCutAndTheTimeLeftIsAlwaysShown()
    {
        var random = new Random(1);
        for (var columns = 20; columns <= 300; columns++)
        {
            var names = Enumerable.Range(0, random.Next(1, 8)).Select(number => new string('a', random.Next(1, 20)) + "_" + number);
            var total = random.NextInt64(1, 1L << random.Next(1, 31));
            var report = new StepReport(
                total,
                total,
                [.. names.Select(name => new MetricValue(name, Math.Pow(10, random.Next(-8, 39)) * (random.NextDouble() - 0.5)))],
                1e-3,
                Math.Pow(10, random.Next(-3, 9)),
                "tokens",
                TimeSpan.FromSeconds(Math.Pow(10, (random.NextDouble() * 10) - 2))
            )
            {
                GradientNorm = random.Next(2) == 0 ? null : random.NextDouble(),
            };
            using var plain = new StringWriter();
            var lines = new ConsoleProgress(plain);
            lines.OnStart(new TrainingStart(0, total));
            lines.OnStep(report);
            var terminal = new Terminal(columns);
            On(terminal).OnStep(report);

            var row = Assert.Single(terminal.Rows);
            var shown = row.Split("  ");
            var all = plain.ToString().TrimEnd('\n').Split("  ");
            Assert.InRange(row.Length, 1, columns - 1);
            Assert.EndsWith(" left", row, StringComparison.Ordinal);
            Assert.Equal(all.Where(shown.Contains), shown);

            // What is left out would not have fitted.
            Assert.All(all.Except(shown), item => Assert.True(row.Length + 2 + item.Length > columns - 1));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void ATerminalThatDoesNotKnowItsWidthCountsAsEightyColumns(int columns)
    {
        using var output = new StringWriter();
        new ConsoleProgress(new ConsoleLine(output, () => columns), _clock).OnStep(Game);
        Assert.Equal("\rstep 120/3750  generator loss 0.8213  discriminator loss 1.3121  12m 5s left\r", output.ToString());
    }

    [Fact]
    public void ATerminalThatIsMadeNarrowerDuringARunKeepsNoRemains()
    {
        var terminal = new Terminal(120);
        var progress = On(terminal);
        progress.OnStart(new TrainingStart(0, 3750));
        progress.OnValidation(new ValidationReport(0, 3750, [new("loss", 2.5)], IsFull: false));
        progress.OnStep(Game);
        terminal.Columns = 50;
        progress.OnStep(Game);
        Assert.Equal(["step 0/3750  validation loss 2.5000", "step 120/3750  generator loss 0.8213  12m 5s left"], terminal.Rows);

        terminal.Columns = 80;
        progress.OnStep(Game);
        Assert.Equal("step 120/3750  generator loss 0.8213  discriminator loss 1.3121  12m 5s left", terminal.Rows[^1]);
    }

    // A terminal writes ^C where the cursor is.
    [Fact]
    public void OfCtrlCNothingRemains()
    {
        var terminal = new Terminal(80);
        var progress = On(terminal);
        progress.OnStart(new TrainingStart(0, 3750));
        progress.OnStep(Game);
        terminal.Write("^C");
        progress.OnStep(Game with { Metrics = [new("loss", 1.5)] });
        Assert.Equal(["step 120/3750  loss 1.5000  gradient norm 0.9123  1,234 images/s  12m 5s left"], terminal.Rows);

        terminal.Write("^C");
        progress.OnEnd(Result);
        Assert.Equal(["finished at step 2000/2000 after 2m 11s, 14,200 tokens/s, peak memory 612 MB"], terminal.Rows);
    }

    [Fact]
    public void WithoutATerminalNoControlCharacterIsWritten()
    {
        using var output = new StringWriter();
        var progress = new ConsoleProgress(output);
        progress.OnStart(new TrainingStart(0, 3750) { Notices = ["a notice"] });
        progress.OnStep(Game);
        progress.OnValidating(0.5);
        progress.OnValidation(new ValidationReport(20, 2000, [new("loss", 2.5)], IsFull: true));
        progress.OnRollback(new RollbackReport(30, 20, 5, 2.3));
        progress.OnEnd(Result);
        Assert.DoesNotContain(output.ToString(), static letter => char.IsControl(letter) && letter != '\n');
    }

    private ConsoleProgress On(Terminal terminal) => new(new ConsoleLine(terminal, () => terminal.Columns), _clock);

    private static StepReport Step(long step, TimeSpan remaining, long total = 2000) =>
        new(step, total, [new("loss", 2.31412)], 1e-3, 14_200.4, "tokens", remaining);
}
