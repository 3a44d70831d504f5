using ModelGen.Runs;
using ModelGen.Training;
using ModelGen.Training.Gradients;

namespace ModelGen.Tests.Runs;

public class ConsoleProgressTests
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
            step 40/2000  loss 2.3141  validation 5.5521 at step 0  14,200 tokens/s  1m 32s left
            step 80/2000  loss 2.3141  validation 5.5521 at step 0  14,200 tokens/s  7s left
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
            step 30/100  loss 2.3141  validation 2.5000 at step 20  14,200 tokens/s  1s left
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
    public void OnATerminalOneLineChangesInPlace()
    {
        using var output = new StringWriter();
        var progress = new ConsoleProgress(output, static () => 200);
        progress.OnStart(new TrainingStart(0, 2000));
        progress.OnStep(Step(10, TimeSpan.FromSeconds(125)));
        progress.OnStep(Step(20, TimeSpan.FromSeconds(7)));
        progress.OnValidation(new ValidationReport(20, 2000, [new("loss", 2.5)], IsFull: false));
        var first = "step 10/2000  loss 2.3141  14,200 tokens/s  2m 5s left";
        var second = "step 20/2000  loss 2.3141  14,200 tokens/s  7s left";
        Assert.Equal(
            "\r"
                + first
                + "\r"
                + second.PadRight(first.Length)
                + "\r"
                + new string(' ', second.Length)
                + "\rstep 20/2000  validation loss 2.5000\n",
            output.ToString()
        );
    }

    [Fact]
    public void OnATerminalTheLastValidationShowsHowFarItIs()
    {
        using var output = new StringWriter();
        var progress = new ConsoleProgress(output, static () => 200);
        progress.OnValidating(0.5);
        progress.OnValidating(1);

        Assert.Equal("\rvalidating on all validation data  50 %\rvalidating on all validation data  100 %", output.ToString());
    }

    [Fact]
    public void OnANarrowTerminalTheLineIsCutAndNeverWraps()
    {
        using var output = new StringWriter();
        var progress = new ConsoleProgress(output, static () => 20);
        progress.OnStart(new TrainingStart(0, 2000));
        progress.OnStep(Step(10, TimeSpan.FromSeconds(125)));
        progress.OnStep(Step(20, TimeSpan.FromSeconds(125)));
        Assert.All(output.ToString().Split('\r'), static line => Assert.InRange(line.Length, 0, 19));
    }

    private static StepReport Step(long step, TimeSpan remaining, long total = 2000) =>
        new(step, total, [new("loss", 2.31412)], 1e-3, 14_200.4, "tokens", remaining);
}
