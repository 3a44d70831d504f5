using ModelGen.Examples;
using ModelGen.Training;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Examples;

/// <summary>The command line that both examples have.</summary>
public sealed class RunCommandTests
{
    private static readonly RunCommand Command = new("Trains.", "text", "PATH", "UTF-8 text", "runs/any");

    [Fact]
    public void NothingGivenIsTheDefaultRun()
    {
        var options = Options();

        Assert.Equal(new RunOptions(), options);
        Assert.Equal(1ul, options.Seed);
        Assert.Equal("auto", options.Device);
        var settings = options.Settings(Path.Combine("runs", "docs-gpt"), "docs-gpt.model.yaml");
        Assert.Equal(
            (Path.Combine("runs", "docs-gpt"), 1ul, "auto", false, true),
            (settings.Folder, settings.Seed, settings.Device, settings.IsResumed, settings.IsEvaluated)
        );
        Assert.Same(DocsGpt.Training, options.Of(DocsGpt.Training));
    }

    [Fact]
    public void EveryOptionIsRead()
    {
        var options = Options(
            "--data",
            "a b.txt",
            "--steps=30",
            "--out",
            "x=y",
            "--seed",
            "18446744073709551615",
            "--device",
            "cuda:1",
            "--resume",
            "--no-evaluation"
        );

        Assert.Equal(
            new RunOptions
            {
                Data = "a b.txt",
                Steps = 30,
                Out = "x=y",
                Seed = ulong.MaxValue,
                Device = "cuda:1",
                Resume = true,
                NoEvaluation = true,
            },
            options
        );
        var settings = options.Settings("runs", "docs-gpt.model.yaml");
        Assert.Equal(
            ("x=y", ulong.MaxValue, "cuda:1", true, false),
            (settings.Folder, settings.Seed, settings.Device, settings.IsResumed, settings.IsEvaluated)
        );
        Assert.Equal(Duration.Steps(30), options.Of(DocsGpt.Training).Duration);
        Assert.Equal(Duration.Epochs(2), Options("--epochs", "2").Of(DocsGpt.Training).Duration);
        Assert.True(Options("--find-learning-rate").FindLearningRate);
    }

    [Theory]
    [InlineData("there is no option --step; did you mean --steps?", "--step", "5")]
    [InlineData("there is no option --sed; did you mean --seed?", "--sed=5")]
    [InlineData("there is no option --dta; did you mean --data?", "--dta", "x")]
    [InlineData("there is no option -o; did you mean --out?", "-o", "x")]
    [InlineData("there is no option --Resume; did you mean --resume?", "--Resume")]
    [InlineData("there is no option --dev; did you mean --device?", "--dev", "cpu")]
    [InlineData("there is no option --bogus.", "--bogus")]
    [InlineData("there is no option -x.", "-x", "3")]
    [InlineData("there is no option ---.", "---")]
    [InlineData("'corpus.txt' is not an option; name the text to learn from with --data PATH.", "corpus.txt")]
    [InlineData("--seed is given twice.", "--seed", "1", "--seed", "2")]
    [InlineData("--data needs a value.", "--data")]
    [InlineData("--data needs a value.", "--data", "--steps", "5")]
    [InlineData("--out needs a value.", "--out=")]
    [InlineData("--out takes the path of a folder.", "--out", " ")]
    [InlineData("--device takes a word.", "--device", "")]
    [InlineData("--resume takes no value, but got 'yes'.", "--resume=yes")]
    [InlineData(
        "--find-learning-rate trains no model to the end, so it cannot be combined with --resume.",
        "--find-learning-rate",
        "--resume"
    )]
    [InlineData(
        "--find-learning-rate trains no model to the end, so it cannot be combined with --no-evaluation.",
        "--no-evaluation",
        "--find-learning-rate"
    )]
    [InlineData("--epochs and --steps both say how long to train; give one.", "--epochs", "1", "--steps", "1")]
    [InlineData("--steps takes a whole number from 1 to 1000000000, not '0'.", "--steps", "0")]
    [InlineData("--steps takes a whole number from 1 to 1000000000, not '-5'.", "--steps", "-5")]
    [InlineData("--steps takes a whole number from 1 to 1000000000, not '1e3'.", "--steps", "1e3")]
    [InlineData("--steps takes a whole number from 1 to 1000000000, not '1000000001'.", "--steps=1000000001")]
    [InlineData("--seed takes a whole number from 0 to 18446744073709551615, not 'lucky'.", "--seed", "lucky")]
    public void WrongArgumentsAreNamed(string message, params string[] words) => Assert.Equal(message, Command.Mistake(words));

    [Fact]
    public void HelpIsNoMistakeWhateverStandsBesideIt() => Assert.Null(Command.Mistake(["--steps", "0", "--help"]));

    private static RunOptions Options(params string[] words)
    {
        Assert.Null(Command.Mistake(words));
        return Command.Options(Command.Parse(words));
    }
}
