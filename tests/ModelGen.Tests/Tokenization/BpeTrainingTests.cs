using System.Text;
using ModelGen.Data;
using ModelGen.Tokenization;

namespace ModelGen.Tests.Tokenization;

public class BpeTrainingTests
{
    [Fact]
    public void TheExampleOfThePaperGivesItsMerges()
    {
        // Sennrich et al. 2016, section 3.2: "low" five times, "lower" twice, "newest" six times, "widest" three times.
        string[] words =
        [
            .. Enumerable.Repeat("low", 5),
            "lower",
            "lower",
            .. Enumerable.Repeat("newest", 6),
            "widest",
            "widest",
            "widest",
        ];
        var tokenizer = BpeTokenizer.Train(TextCorpus.FromText(string.Join('\n', words)), 1000);
        Assert.Equal(
            ["es", "est", "lo", "low", "ew", "new", "newest", "dest", "idest", "widest", "er", "lower"],
            Enumerable.Range(256, tokenizer.VocabularySize - 256).Select(id => tokenizer.Decode([id]))
        );
    }

    [Theory]
    [InlineData(1, 3000, 300)]
    [InlineData(2, 300, 2000)]
    [InlineData(3, 20, 2000)]
    public void MergesAreThoseOfAPlainTrainer(int seed, int words, int merges)
    {
        var text = RandomTexts.Prose(seed, words);
        Assert.Equal(ReferenceBpe.Train(text, merges), Merges(BpeTokenizer.Train(TextCorpus.FromText(text), 256 + merges)));
    }

    [Theory]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("abababababababab aabaabaab baabaabaa")]
    [InlineData("aaabaaabaaaabaab\n\n\n\n\n\n\n\n aaab")]
    [InlineData("x")]
    public void RunsOfOnePairAreMergedFromTheLeft(string text) =>
        Assert.Equal(ReferenceBpe.Train(text, 100), Merges(BpeTokenizer.Train(TextCorpus.FromText(text), 356)));

    [Fact]
    public void LongWordsOfFewLettersGiveTheMergesOfAPlainTrainerAndDistinctTokens()
    {
        foreach (var seed in Enumerable.Range(0, 30))
        {
            var random = new Random(seed);
            var text = string.Concat(Enumerable.Range(0, 300).Select(_ => "aab"[random.Next(3)]));
            var tokenizer = BpeTokenizer.Train(TextCorpus.FromText(text), 400);
            Assert.Equal(ReferenceBpe.Train(text, 144), Merges(tokenizer));
            Assert.Distinct(tokenizer.Model.Tokens.Select(Encoding.Latin1.GetString));
        }
    }

    [Fact]
    public void NoiseGivesTheMergesOfAPlainTrainer()
    {
        // Letters beyond U+FFFF, which the plain trainer's regular expressions take for signs, are left out.
        var text = string.Concat(
            RandomTexts.Noise(4, 4000).EnumerateRunes().Where(static rune => rune.IsBmp).Select(static rune => rune.ToString())
        );
        Assert.Equal(ReferenceBpe.Train(text, 200), Merges(BpeTokenizer.Train(TextCorpus.FromText(text), 456)));
    }

    [Fact]
    public void AnyNumberOfThreadsAndAnyChunksGiveTheSame()
    {
        var text = TextCorpus.FromText(RandomTexts.Prose(5, 20_000));
        var specials = new SpecialTokenSet(new Dictionary<string, int>(), TokenizerFile.Unnamed);
        var expected = WordCounts.Of(text, specials, null, default, threads: 1);
        foreach (var (threads, chunk) in new[] { (1, 100), (2, 1000), (7, 1), (16, 12_345) })
        {
            var counts = WordCounts.Of(text, specials, null, default, threads, chunkLength: chunk);
            Assert.Equal(expected.OrderBy(static word => word.Key), counts.OrderBy(static word => word.Key));
        }

        var one = BpeTokenizer.Train(text, 400, [], null, default, threads: 1);
        Assert.Equal(one.Serialize(), BpeTokenizer.Train(text, 400, [], null, default, threads: 13).Serialize());
    }

    [Fact]
    public void TheRarestWordsAreForgottenWhereThereAreTooMany()
    {
        var text = TextCorpus.FromText(string.Join('\n', Enumerable.Range(0, 1000).Select(static number => $"common {number}")));
        var specials = new SpecialTokenSet(new Dictionary<string, int>(), TokenizerFile.Unnamed);
        var one = WordCounts.Of(text, specials, null, default, threads: 1, mostWords: 100, chunkLength: 500);
        Assert.True(one.Count <= 100);
        Assert.Equal(1000, one["common"]);
        Assert.Equal(one, WordCounts.Of(text, specials, null, default, threads: 9, mostWords: 100, chunkLength: 500));
    }

    [Fact]
    public void SpecialTokensComeLastAndTeachNothing()
    {
        var text = TextCorpus.FromText(string.Concat(Enumerable.Repeat("<|end|>", 50)) + "ab ab");
        var tokenizer = BpeTokenizer.Train(text, 300, ["<|end|>", "<pad>"]);
        Assert.Equal(259, tokenizer.VocabularySize);
        Assert.Equal((257, 258), (tokenizer.IdOf(SpecialTokenRole.End), tokenizer.IdOf(SpecialTokenRole.Padding)));
        Assert.Equal([256, 257, 258, ' ', 256], tokenizer.Encode("ab<|end|><pad> ab"));
    }

    [Fact]
    public void AModelsSpecialTokensHaveItsLastIdsHoweverFewTheTextTeaches()
    {
        (SpecialTokenRole, string)[] specials = [(SpecialTokenRole.Padding, "<filler>"), (SpecialTokenRole.End, "<|end|>")];
        var text = TextCorpus.FromText(string.Concat(Enumerable.Repeat("<|end|>", 50)) + "ab ab");
        var tokenizer = BpeTokenizer.FromText(text, 300, specials);
        Assert.Equal(
            [new SpecialToken(SpecialTokenRole.Padding, "<filler>", 298), new SpecialToken(SpecialTokenRole.End, "<|end|>", 299)],
            tokenizer.SpecialTokens
        );
        Assert.Equal([256, 299, 298, ' ', 256], tokenizer.Encode("ab<|end|><filler> ab"));
        Assert.Equal("ab<|end|><filler> ab", tokenizer.Decode([256, 270, 299, 298, ' ', 256]));
        Assert.Equal(Enumerable.Range(0, 257), tokenizer.TextTokens);

        var again = Tokenizer.Parse(tokenizer.Serialize());
        Assert.Equal((300, tokenizer.Serialize()), (again.VocabularySize, again.Serialize()));
        Assert.Equal(tokenizer.SpecialTokens, again.SpecialTokens);
        Assert.Equal(tokenizer.Encode("ab<|end|><filler> ab"), again.Encode("ab<|end|><filler> ab"));

        // A file of the format has no unused ids, one that is full has the same content.
        Assert.Contains(
            "the id 257",
            Assert.Throws<ModelGenException>(() => tokenizer.Write("never-written.json")).Message,
            StringComparison.OrdinalIgnoreCase
        );
        Assert.Equal(
            BpeTokenizer.Train(text, 259, ["<filler>", "<|end|>"]).Encode("<filler>ab ab"),
            BpeTokenizer.FromText(text, 259, specials).Encode("<filler>ab ab")
        );
        Assert.Equal(257, BpeTokenizer.FromText(TextCorpus.FromText("ab ab"), 300, []).VocabularySize);
    }

    [Theory]
    [InlineData("[UNUSED]", 40_000_000)]
    [InlineData("[UNUSED]", -1)]
    [InlineData("[UNUSED]", 65)]
    public void ACheckpointWithImpossibleIdsIsRefused(string text, int id)
    {
        var written = BpeTokenizer.Train(TextCorpus.FromText("ab ab"), 300, [text]).Serialize();
        Assert.Throws<ModelGenException>(() =>
            Tokenizer.Parse(
                written
                    .Replace("\"id\":257", $"\"id\":{id}", StringComparison.Ordinal)
                    .Replace($"\"{text}\":257", $"\"{text}\":{id}", StringComparison.Ordinal)
            )
        );
    }

    [Fact]
    public void ProgressEndsAtOneAndCancellationEndsTraining()
    {
        var shares = new List<double>();
        BpeTokenizer.Train(TextCorpus.FromText(RandomTexts.Prose(6, 500)), 300, progress: new Shares(shares));
        Assert.Equal(shares.Order(), shares);
        Assert.Equal(1, shares[^1]);
        Assert.Contains(0.5, shares);
        Assert.Throws<OperationCanceledException>(() =>
            BpeTokenizer.Train(TextCorpus.FromText("aa aa"), 300, cancellation: new CancellationToken(canceled: true))
        );
    }

    [Fact]
    public void WhatCannotBeTrainedIsRefused()
    {
        var text = TextCorpus.FromText("some text");
        Assert.Contains("at least", Refused(() => BpeTokenizer.Train(text, 256, ["<e>"])));
        Assert.Contains("stands twice", Refused(() => BpeTokenizer.Train(text, 300, ["<e>", "<e>"])));
        Assert.Contains("white space", Refused(() => BpeTokenizer.Train(text, 300, ["< e>"])));
        Assert.Contains("at least one character", Refused(() => BpeTokenizer.Train(text, 300, [""])));
        Assert.Contains("surrogate", Refused(() => BpeTokenizer.Train(text, 300, ["a\uD800"])));
    }

    private static string Refused(Func<object> action) => Assert.Throws<ModelGenException>(action).Message;

    private static List<(string Left, string Right)> Merges(BpeTokenizer tokenizer) =>
        [.. tokenizer.Model.Merges!.Select(merge => (Text(tokenizer, merge.Left), Text(tokenizer, merge.Right)))];

    private static string Text(BpeTokenizer tokenizer, int id) => Encoding.Latin1.GetString(tokenizer.Model.Tokens[id]);

    private sealed class Shares(List<double> shares) : IProgress<double>
    {
        public void Report(double value) => shares.Add(value);
    }
}
