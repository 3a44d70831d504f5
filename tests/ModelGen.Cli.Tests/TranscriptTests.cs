using Xunit.Sdk;

namespace ModelGen.Cli.Tests;

/// <summary>That a page which says something else than the command is found.</summary>
public sealed class TranscriptTests
{
    private const string Printed =
        "training for 20 steps\nstep 10/20  loss 3.5\nstep 20/20  loss 2.5\nfinished after 3s\nthe run is in runs/a\n";

    private static readonly string[] Train = ["train", "a.model.yaml"];

    [Fact]
    public void APageHasItsCommandsInOrder()
    {
        var steps = Transcript.OfPage("docs/first-steps.md");

        Assert.Equal(
            ["new", "check", "check", "plan", "train", "sample", "evaluate", "new", "train", "sample"],
            steps.Select(static step => step.Arguments[0])
        );
        Assert.Equal(["train", "garments.model.yaml", "--data", "clothes", "--set", "training.duration=10 epochs"], steps[8].Arguments);
        Assert.Equal(["1 spec: 0 errors, 0 warnings"], steps[1].Lines);
    }

    [Theory]
    [InlineData(
        "training for 2000 steps",
        "step 40/2000  loss 3.25",
        "step 80/2000    loss 3",
        "finished after 1m 30s",
        "the run is in runs/a"
    )]
    [InlineData("training for 2000 steps", "…", "finished after 30s", "…")]
    [InlineData("…", "step 1/9  loss 9.0", "…", "the run is in runs/a")]
    public void NumbersTimesAndWhatIsLeftOutDoNotMatter(params string[] page) => new Transcript(Train, page).AssertPrinted(Printed);

    [Theory]
    [InlineData("training for 20 epochs", "…")]
    [InlineData("training for 20 steps", "finished after 3s", "…")]
    [InlineData("…", "finished after 3s")]
    [InlineData("…", "step 10/20  loss 3.5", "step 20/20  loss 2.5", "step 30/20  loss 2.5", "…")]
    [InlineData("…", "the run is in runs/b")]
    [InlineData("…", "the run is in runs/a", "and more")]
    public void OtherWordsDo(params string[] page) =>
        Assert.ThrowsAny<XunitException>(() => new Transcript(Train, page).AssertPrinted(Printed));

    // Where nothing is measured, numbers are exact.
    [Fact]
    public void SoDoNumbersThatAreNotMeasured()
    {
        var page = new Transcript(["check"], ["a.model.yaml(5,11): error MG2002: no"]);

        page.AssertPrinted("a.model.yaml(5,11): error MG2002: no\n");
        Assert.ThrowsAny<XunitException>(() => page.AssertPrinted("a.model.yaml(5,12): error MG2002: no\n"));
    }
}
