using ModelGen.Examples;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Examples;

public sealed class DocsGptArgumentsTests
{
    [Fact]
    public void NothingGivenIsTheDefaultRun()
    {
        var arguments = Arguments.Parse([]);

        Assert.Null(arguments.Data);
        Assert.Null(arguments.Steps);
        Assert.Equal(Path.Combine("runs", "docs-gpt"), arguments.Out);
        Assert.Equal(1ul, arguments.Seed);
        Assert.Equal("auto", arguments.Device);
        Assert.False(arguments.Resume);
        Assert.False(arguments.FindLearningRate);
        Assert.False(arguments.Help);
    }

    [Fact]
    public void EveryOptionIsRead()
    {
        var arguments = Arguments.Parse(["--data", "a b.txt", "--steps=30", "--out", "x=y", "--seed", "18446744073709551615", "--device", "cuda:1", "--resume", "--help"]);

        Assert.Equal("a b.txt", arguments.Data);
        Assert.Equal(30, arguments.Steps);
        Assert.Equal("x=y", arguments.Out);
        Assert.Equal(ulong.MaxValue, arguments.Seed);
        Assert.Equal("cuda:1", arguments.Device);
        Assert.True(arguments.Resume);
        Assert.True(arguments.Help);
        Assert.True(Arguments.Parse(["--find-learning-rate"]).FindLearningRate);
    }

    [Fact]
    public void HelpNamesEveryOption()
    {
        foreach (var option in new[] { "--data", "--steps", "--out", "--seed", "--device", "--resume", "--find-learning-rate", "--help" })
            Assert.Contains(option, Arguments.HelpText);
    }

    [Theory]
    [InlineData("there is no option --step; did you mean --steps?", "--step", "5")]
    [InlineData("there is no option --sed; did you mean --seed?", "--sed=5")]
    [InlineData("there is no option --dta; did you mean --data?", "--dta", "x")]
    [InlineData("there is no option -o; did you mean --out?", "-o", "x")]
    [InlineData("there is no option --Resume; did you mean --resume?", "--Resume")]
    [InlineData("'corpus.txt' is not an option; name the text to learn from with --data PATH.", "corpus.txt")]
    [InlineData("--seed is given twice.", "--seed", "1", "--seed", "2")]
    [InlineData("--data needs a value.", "--data")]
    [InlineData("--data needs a value.", "--data", "--steps", "5")]
    [InlineData("--out needs a value.", "--out=")]
    [InlineData("--resume takes no value, but got 'yes'.", "--resume=yes")]
    [InlineData("--find-learning-rate tries rates on a new model, and --resume goes on with an old one; give one of them.", "--find-learning-rate", "--resume")]
    [InlineData("--steps takes a whole number from 1 to 1000000000, not '0'.", "--steps", "0")]
    [InlineData("--steps takes a whole number from 1 to 1000000000, not '-5'.", "--steps", "-5")]
    [InlineData("--steps takes a whole number from 1 to 1000000000, not '1e3'.", "--steps", "1e3")]
    [InlineData("--steps takes a whole number from 1 to 1000000000, not '1000000001'.", "--steps=1000000001")]
    [InlineData("--seed takes a whole number from 0 to 18446744073709551615, not 'lucky'.", "--seed", "lucky")]
    public void WrongArgumentsAreNamed(string message, params string[] words)
    {
        var exception = Assert.Throws<WrongArgumentsException>(() => Arguments.Parse(words));

        Assert.Equal(message, exception.Message);
    }
}
