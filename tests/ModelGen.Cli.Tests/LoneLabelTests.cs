namespace ModelGen.Cli.Tests;

/// <summary>What someone sees who classifies by labels of which some occur once.</summary>
public sealed class LoneLabelTests : IDisposable
{
    private readonly Terminal _terminal = new();

    public LoneLabelTests()
    {
        _terminal.Write(
            "moods.model.yaml",
            """
            model: Moods
            family: network
            data: { tokens: { tokenizer: characters, vocabulary: 40, context: 12, padding-token: <pad> } }
            network: [embed: 8, sequence-pool, linear: 3]
            objective: cross-entropy
            training: { optimizer: { adamw: 1e-2 }, batch: 4, duration: 4 steps }

            """
        );
        _terminal.Write(
            "moods.run.yaml",
            """
            run: MoodsOfWords
            model: Moods
            data: { json-lines: words.jsonl }
            training: { optimizer: { adamw: 1e-2 }, batch: 4, duration: 4 steps }

            """
        );
    }

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void TheRunNamesThem()
    {
        Write([.. Enumerable.Range(0, 20).Select(static i => i % 2 == 0 ? "glad" : "sad"), "odd"]);

        var (code, output, error) = _terminal.Run("train", "moods.run.yaml");

        Assert.Equal((0, ""), (code, error));
        Assert.Contains(
            $"note: 1 label occurs once, and its text is trained on, so that nothing measures it: 'odd' in {_terminal["words.jsonl"]}(21)\n",
            output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void ARunOfNothingElseIsRefused()
    {
        Write(["glad", "sad", "odd"]);
        var file = _terminal["words.jsonl"];

        var (code, _, error) = _terminal.Run("train", "moods.run.yaml", "--set", "training.validation.fraction=0.3");

        Assert.Equal(
            (
                1,
                $"error: Each of the 3 labels of the texts occurs once ('glad' in {file}(1), 'odd' in {file}(3), 'sad' in {file}(2)), so that "
                    + "none can be both learned and held out; give more texts of each label, or others to validate on with 'test'.\n"
            ),
            (code, error)
        );
    }

    private void Write(string[] labels) =>
        _terminal.Write(
            "words.jsonl",
            string.Concat(labels.Select(static (label, i) => $$"""{"text": "w{{i}}", "label": "{{label}}"}""" + "\n"))
        );
}
