namespace ModelGen.Compiler.Tests.Language;

/// <summary>A group that may be given by its main key alone.</summary>
public sealed class GroupMainKeyTests
{
    [Theory]
    [InlineData("500 steps")]
    [InlineData("{ every: 500 steps }")]
    [InlineData("{ every: 500 steps, keep: 2 }")]
    [InlineData("{ keep: 2, every: 0.5k steps }")]
    public void EveryFormIsTheSameModel(string checkpoint) =>
        Assert.Contains(
            "        Checkpoint = new CheckpointOptions { Every = Duration.Steps(500), Keep = 2 },\n",
            Spec.Code(Text(checkpoint))
        );

    [Theory]
    [InlineData(
        "500",
        "MG2005: 'training.checkpoint.every' expects a length of training such as '2000 steps', '3 epochs', '50k tokens', '20k "
            + "images' or '20k samples'; found '500' without a unit"
    )]
    [InlineData("0 steps", "MG2006: 'training.checkpoint.every' is 0 steps; it must be larger than 0")]
    [InlineData(
        "[500 steps]",
        "MG2005: 'training.checkpoint' expects a length of training such as '2000 steps', '3 epochs', '50k tokens', '20k images' "
            + "or '20k samples', or a group of keys; found a list"
    )]
    [InlineData("{ keep: 3 }", "MG2004: 'training.checkpoint' needs 'every': how often")]
    [InlineData("{ every: 5 steps, keep: 0 }", "MG2006: 'training.checkpoint.keep' is 0; it must be at least 1")]
    [InlineData("20k images", "20000 images")]
    public void EachMistakeIsNamed(string checkpoint, string message) => Assert.Contains(message, Spec.Error(Text(checkpoint)));

    private static string Text(string checkpoint) =>
        $$"""
            model: Example
            family: transformer
            data: { tokens: { context: 7 } }
            network: [embed: 8, unembed]
            objective: next-token
            training: { optimizer: { adamw: 1e-3 }, batch: 4, duration: 9k steps, checkpoint: {{checkpoint}} }
            """;
}
