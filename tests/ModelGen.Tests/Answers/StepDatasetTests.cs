using ModelGen.Answers;
using ModelGen.Data;
using ModelGen.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Answers;

/// <summary>Which token each step of an answer is judged at.</summary>
public sealed class StepDatasetTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    /// <summary>The separator belongs to the step before it, and the end of the answer to the last step.</summary>
    [Fact]
    public void AStepIsJudgedAtItsLastToken()
    {
        var data = Sums.Data([new("0?", ["1+1=2", "0+2=1"], [1, 0]), new("", ["2+2=4"], [0.25])], [new("", ["1+0=1"], [1])]);
        using var batch = data.Training.Blocks(2).First();
        var length = batch.Tokens.size(1);

        Assert.Equal("0?1+1=2\n0+2=1.", Text(batch.Tokens[0]));
        Assert.Equal(".2+2=4." + new string('_', (int)length - 7), Text(batch.Tokens[1]));
        Assert.Equal([7, 13, length + 6], batch.Steps!.Ends.data<long>().ToArray());
        Assert.Equal([1, 0, 0.25f], batch.Steps.Ratings.data<float>().ToArray());
        Assert.Equal(3, batch.Steps.Count);
        Assert.Equal(14, data.LongestLength);
    }

    /// <summary>A step ends where a token does, though a tokenizer would make one token of its end and what follows.</summary>
    [Fact]
    public void NoTokenHasPartsOfTwoSteps()
    {
        var learned = BpeTokenizer.FromText(
            TextCorpus.FromText(string.Concat(Enumerable.Repeat("abc", 100))),
            262,
            [(SpecialTokenRole.End, "<end>"), (SpecialTokenRole.Padding, "<pad>")]
        );
        var data = StepDataset.Create(
            new([new("", ["ab", "ab", "ab"], [1, 0, 1])]),
            new([new("", ["ab"], [1])]),
            learned,
            Sums.Context,
            separator: "c"
        );
        using var batch = data.Training.Blocks(1).First();
        int[] tokens = [.. batch.Tokens[0].data<long>().ToArray().Select(static token => (int)token)];

        Assert.Equal(["<end>", "abc", "abc", "ab", "<end>"], tokens.Select(token => learned.Decode([token])));
        Assert.Equal([1, 2, 4], batch.Steps!.Ends.data<long>().ToArray());
        Assert.Equal(2, learned.Encode("abcabcab").Length);
    }

    [Fact]
    public void ABatchInPartsHasTheSameSteps()
    {
        var data = Sums.Data(Sums.Many(40, seed: 1), Sums.Many(5, seed: 2));
        using var whole = data.Training.Batch(6, seed: 3, batch: 2);
        using var first = data.Training.Batch(6, seed: 3, batch: 2, first: 0, count: 4);
        using var second = data.Training.Batch(6, seed: 3, batch: 2, first: 4, count: 2);
        Assert.Equal(
            whole.Steps!.Ratings.data<float>().ToArray(),
            first.Steps!.Ratings.data<float>().ToArray().Concat(second.Steps!.Ratings.data<float>().ToArray())
        );
        Assert.Equal(whole.Steps.Count, first.Steps.Count + second.Steps.Count);
    }

    [Fact]
    public void ALineThatCannotBeUsedIsNamed()
    {
        using var folder = new TemporaryFolder();
        var path = folder["sums.jsonl"];
        File.WriteAllLines(
            path,
            [
                """{"prompt": "", "steps": ["1+1=2"], "ratings": [true]}""",
                """{"prompt": "", "steps": ["1+1=2", "1+1=2", "1+1=2", "1+1=2", "1+1=2"], "ratings": [true, true, true, true, true]}""",
                """{"prompt": "", "steps": ["1+1=2", "1+0\n=1"], "ratings": [true, true]}""",
                """{"prompt": "", "steps": ["1+1=2."], "ratings": [true]}""",
                """{"prompt": "", "steps": ["1+1=7"], "ratings": [false]}""",
                """{"prompt": "", "steps": ["1+2=3"], "ratings": [true]}""",
            ]
        );
        var data = StepDataset.Create(StepFile.Read(path), null, Sums.Tokenizer, Sums.Context, validationFraction: 0.5);
        Assert.Equal(
            [
                ($"{path}(2)", "has 31 tokens with its end, and the model's context is 24"),
                ($"{path}(3)", "cannot be used: step 2 has the separator of steps in it; make it several steps"),
                ($"{path}(4)", "cannot be used: a step has the special token '.' written out; remove it"),
            ],
            data.Problems.Where(static problem => !problem.File.EndsWith("(5)", StringComparison.Ordinal))
                .Select(static problem => (problem.File, problem.Reason))
        );
        Assert.Contains("'7'", data.Problems.Single(static problem => problem.File.EndsWith("(5)", StringComparison.Ordinal)).Reason);
        Assert.Equal(2, data.Training.Count + data.Validation.Count);
    }

    [Theory]
    [InlineData("Example 1 cannot be used: it has 2 steps and 1 ratings; each step needs one.", "a|b", 1.0)]
    [InlineData("Example 1 cannot be used: a rating is not a number from 0 to 1.", "0", double.NaN)]
    [InlineData("Example 1 cannot be used: a rating is not a number from 0 to 1.", "0", 1.5)]
    [InlineData("Example 1 cannot be used: step 1 has no token.", "", 1.0)]
    public void AWrongExampleInMemoryIsRefused(string message, string steps, double rating) =>
        Assert.Equal(
            message,
            Assert.Throws<ModelGenException>(() => Sums.Data([new("", steps.Split('|'), [rating])], [new("", ["0+0=0"], [1])])).Message
        );

    [Fact]
    public void ATokenizerWithoutAnEndIsRefused() =>
        Assert.Contains(
            "'end-token'",
            Assert
                .Throws<ModelGenException>(() =>
                    StepDataset.Create(new(Sums.Many(4, seed: 1)), null, new ByteTokenizer((SpecialTokenRole.Padding, "<pad>")), 64)
                )
                .Message
        );

    [Fact]
    public void TheFingerprintIsOfEverythingThatIsLearned()
    {
        string[] prints =
        [
            Print(["1+1=2", "0+0=0"], [1, 0]),
            Print(["1+1=2", "0+0=0"], [1, 1]),
            Print(["1+1=2", "0+0=0"], [1, 0.5]),
            Print(["1+1=2", "0+0=1"], [1, 0]),
            Print(["1+1=2"], [1]),
        ];
        Assert.Equal(prints.Length, prints.Distinct().Count());
        Assert.Equal(prints[0], Print(["1+1=2", "0+0=0"], [1, 0]));

        static string Print(string[] steps, double[] ratings) =>
            Sums.Data([new("", steps, ratings)], [new("", ["0+0=0"], [1])]).Fingerprint;
    }

    private static string Text(Tensor tokens) =>
        Sums.Tokenizer.Decode([.. tokens.data<long>().ToArray().Select(static token => (int)token)]);
}
