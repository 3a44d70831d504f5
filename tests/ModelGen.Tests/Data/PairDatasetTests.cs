using System.Text;
using ModelGen.Data;
using ModelGen.Tokenization;
using static TorchSharp.torch;

namespace ModelGen.Tests.Data;

/// <summary>Pairs of texts, given or made of a text.</summary>
public sealed class PairDatasetTests : IDisposable
{
    private const int Padding = 256;
    private const int End = 257;
    private const int Mask = 258;

    private static readonly ByteTokenizer Tokenizer = new(
        (SpecialTokenRole.Padding, "<pad>"),
        (SpecialTokenRole.End, "<end>"),
        (SpecialTokenRole.Mask, "<mask>")
    );

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EveryLineThatCannotBeUsedIsTold()
    {
        string[] lines =
        [
            "{\"in\": \"a \\u2665\", \"out\": \"\"}",
            "",
            "{\"in\": \"\", \"out\": \"b\"}",
            "{\"in\": \"a\"}",
            "{\"in\": 1, \"out\": \"b\"}",
            "{\"in\": \"a\", \"out\": null}",
            "[]",
            "{\"in\": \"a\", \"in\": \"b\", \"out\": \"c\"}",
            "{\"in\": \"\\ud800\", \"out\": \"b\"}",
            "{\"in\": \"a\", \"out\": \"b\", \"more\": 1}",
        ];
        var pairs = PairFile.Read(Write("a.jsonl", string.Join('\n', lines)), "in", "out");

        Assert.Equal([new TextPair("a ♥", ""), new TextPair("a", "b")], pairs.Pairs);
        Assert.Equal(
            [
                "(3) has an empty source",
                "(4) has no key 'out', only 'in'",
                "(5) has no source: 'in' is a number, not a string",
                "(6) has no target: 'out' is null, not a string",
                "(7) is not an object such as {\"in\": \"…\", \"out\": \"…\"}",
                "(8) is not JSON with each key once",
                "(9) has a text with half of a surrogate pair, which no encoding has",
            ],
            pairs.Problems.Select(problem => $"{problem.File[_folder["a.jsonl"].Length..]} {problem.Reason}")
        );
        Assert.Equal("a ♥\n\na\nb\n", pairs.ToCorpus().ReadToEnd());
        var none = Write("b.jsonl", "{}\n1\n");
        Assert.Equal(
            $"'{none}' holds no pair of texts to learn from: {none}(1) has no key 'source', and 1 more; each line must be like "
                + "{\"source\": \"…\", \"target\": \"…\"}.",
            Failure(() => PairFile.Read(none))
        );
        Assert.StartsWith("The file 'gone' does not exist", Failure(static () => PairFile.Read("gone")), StringComparison.Ordinal);
    }

    [Fact]
    public void ARecipesFileIsReadAndWhatIsTooLongIsLeftOut()
    {
        var lines = Enumerable.Range(0, 20).Select(static i => $$"""{"source": "{{new string('a', 1 + (i % 9))}}", "target": "{{i}}"}""");
        var path = Write("a.jsonl", string.Join('\n', lines));
        var source = new TextPairsSource { File = path };
        using var data = source.Read(static (_, _, _) => Tokenizer, 8, 0.25, progress: new Shares());

        // Sources of nine letters; of the 18 others 4.5 are due.
        Assert.Equal(
            [$"{path}(9) has a source of 9 tokens, and the context is 8", $"{path}(18) has a source of 9 tokens, and the context is 8"],
            data.Problems.Select(static problem => $"{problem.File} {problem.Reason}")
        );
        Assert.Equal(18, data.Training.Count + data.Validation.Count);
        Assert.InRange(data.Validation.Count, 4, 5);
        Assert.Equal(8, data.LongestLength);
        using var again = source.Read(static (_, _, _) => Tokenizer, 8, 0.25);
        Assert.Equal(data.Fingerprint, again.Fingerprint);
        using var tested = (source with { Test = path }).Read(static (_, _, _) => Tokenizer, 8, null);
        Assert.Equal((18L, 18L, 4), (tested.Training.Count, tested.Validation.Count, tested.Problems.Count));

        // Held back at random, not from the end of the file.
        using var held = data.Validation.Blocks(5).Single();
        var targets = held.Target.data<long>().ToArray().Chunk((int)held.Target.size(1));
        Assert.Contains(targets, static target => target[1] == End);
        Assert.Contains(
            "The recipe's 'data.text-pairs.test' names it as 'gone', relative to the working directory.",
            Failure(() => (source with { Test = "gone" }).Read(static (_, _, _) => Tokenizer, 8, null)),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "No pair is left to train on: ",
            Failure(() => source.Read(static (_, _, _) => Tokenizer, 1, null)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void NoPairsAtAllAreRefused()
    {
        Assert.Equal("No pair is left to train on.", Failure(static () => PairDataset.Create([], Tokenizer, 8)));
        var one = new PairCollection([new("a", "b")]);
        Assert.Equal("No pair is left to validate on.", Failure(() => PairDataset.Create(one, new PairCollection([]), Tokenizer, 8)));
    }

    [Theory]
    [InlineData(0.15, 3, 40, 6, 2)]
    [InlineData(0.45, 1, 40, 18, 18)]
    [InlineData(0.01, 3, 40, 1, 1)]
    [InlineData(0.3, 100, 20, 6, 1)]
    [InlineData(0.6, 2, 20, 12, 6)]
    public void SpansAreTakenOutAndTheSourceHasAMaskForEach(double rate, double span, int context, int taken, int spans)
    {
        using var text = Text(context);
        using var data = PairDataset.Denoise(text, rate, span);
        var (kinds, ends) = (new HashSet<string>(), new HashSet<bool>());
        foreach (var (batch, first) in Enumerable.Range(0, 10).Select(number => (data.Training.Batch(4, seed: 3, number), number * 4)))
        {
            using var pairs = batch;
            Assert.Equal([4, context - taken + spans], pairs.Source.shape);
            Assert.Equal([4, taken + spans + 1], pairs.Target.shape);
            Assert.Equal(4 * (taken + spans + 1), pairs.TokenCount);
            Assert.Equal(pairs.TokenCount, data.Training.TokenCount(4, 3, first / 4));
            var sources = pairs.Source.data<long>().ToArray().Chunk(context - taken + spans).ToArray();
            var targets = pairs.Target.data<long>().ToArray().Chunk(taken + spans + 1).ToArray();
            var starts = text.Training.Starts(3, first, 4);
            for (var row = 0; row < 4; row++)
            {
                Assert.Equal(End, targets[row][^1]);
                var pieces = Pieces(targets[row][..^1]);
                Assert.Empty(pieces[0]);
                Assert.All(pieces[1..], static piece => Assert.NotEmpty(piece));
                Assert.Equal(spans, pieces.Count - 1);
                var kept = Pieces(sources[row]);
                Assert.All(kept[1..^1], static piece => Assert.NotEmpty(piece));
                Assert.Equal(spans, kept.Count - 1);

                // Put back in their order they are the sample.
                var whole = kept[0].Concat(Enumerable.Range(1, spans).SelectMany(i => pieces[i].Concat(kept[i])));
                Assert.Equal(text.Training.Read(starts[row], context).Select(static token => (long)token), whole);
                kinds.Add(string.Join(' ', sources[row]));
                ends.Add(kept[^1].Length == 0);
            }

            using var input = pairs.Input.narrow(1, 1, taken + spans);
            using var before = pairs.Target.narrow(1, 0, taken + spans);
            Assert.True(input.equal(before).all().item<bool>());
            Assert.All(pairs.Input.select(1, 0).data<long>().ToArray(), static token => Assert.Equal(Padding, token));
        }

        Assert.InRange(kinds.Count, 35, 40);
        Assert.Contains(false, ends);
        using var same = data.Training.Batch(4, 3, 7);
        using var part = data.Training.Batch(4, 3, 7, 1, 2);
        using var rows = same.Source.narrow(0, 1, 2);
        Assert.True(rows.equal(part.Source).all().item<bool>());
    }

    [Fact]
    public void ValidationIsTheSameEachTimeAndCoversTheTextOnce()
    {
        using var text = Text(16);
        using var data = PairDataset.Denoise(text);
        var (one, two) = (Sources(data), Sources(data));

        Assert.Equal(one, two);
        Assert.Equal(data.Validation.Count, one.Count);
        Assert.Equal((data.Validation.Count + 4) / 5, data.Validation.BlockCount(5));

        static List<string> Sources(PairDataset data) =>
            [
                .. data
                    .Validation.Blocks(5)
                    .SelectMany(static block =>
                    {
                        using (block)
                        {
                            return block.Source.data<long>().ToArray().Chunk((int)block.Source.size(1)).ToArray();
                        }
                    })
                    .Select(static row => string.Join(' ', row)),
            ];
    }

    [Fact]
    public void ARecipesTextIsDenoised()
    {
        var path = Write("a.txt", string.Concat(Enumerable.Range(0, 200).Select(static i => $"line {i}\n")));
        var source = new DenoisingSource { Path = path, Rate = 0.2 };
        using var data = source.Read(static (_, _, _) => Tokenizer, 20, 0.2);
        using var text = TokenDataset.Create(TextCorpus.Read(path), Tokenizer, 20, 0.2);
        using var byHand = PairDataset.Denoise(text, 0.2);

        Assert.Equal(byHand.Fingerprint, data.Fingerprint);
        using var other = (source with { Span = 4 }).Read(static (_, _, _) => Tokenizer, 20, 0.2);
        Assert.NotEqual(data.Fingerprint, other.Fingerprint);
        Assert.Equal(
            "A rate of 0.9 in spans of 3 makes sources of 4 and targets of 21 tokens of samples of 20, and neither may be longer; "
                + "choose a smaller rate than 0.9, or longer spans.",
            Failure(() => (source with { Rate = 0.9 }).Read(static (_, _, _) => Tokenizer, 20, 0.2))
        );
        Assert.Contains(
            "The recipe's 'data.denoising' names it",
            Failure(() => (source with { Path = "gone" }).Read(static (_, _, _) => Tokenizer, 20, 0.2)),
            StringComparison.Ordinal
        );
        Assert.Equal(
            "The tokenizer has no mask token, which stands for what is taken out; create it with one, or with the model's CreateTokenizer.",
            Failure(() =>
                source.Read(
                    static (_, _, _) => new ByteTokenizer((SpecialTokenRole.Padding, "<pad>"), (SpecialTokenRole.End, "<end>")),
                    20,
                    0.2
                )
            )
        );
        Assert.Throws<ArgumentException>(() => PairDataset.Denoise(text, 1));
        Assert.Throws<ArgumentException>(() => PairDataset.Denoise(text, 0.5, 0.5));
    }

    private static TokenDataset Text(int context)
    {
        var random = new Random(1);
        var text = new string([.. Enumerable.Range(0, 1000).Select(_ => (char)random.Next('a', 'z' + 1))]);
        return TokenDataset.Create(text, Tokenizer, context, 0.3);
    }

    // What is between mask tokens.
    private static List<long[]> Pieces(long[] tokens)
    {
        var pieces = new List<long[]>();
        var start = 0;
        for (var i = 0; i <= tokens.Length; i++)
        {
            if (i == tokens.Length || tokens[i] == Mask)
            {
                pieces.Add(tokens[start..i]);
                start = i + 1;
            }
        }

        return pieces;
    }

    private static string Failure(Action read) => Assert.Throws<ModelGenException>(read).Message;

    private string Write(string name, string text) => _folder.Write(name, Encoding.UTF8.GetBytes(text));
}
