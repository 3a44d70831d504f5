using System.Text;
using ModelGen.Data;
using ModelGen.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Data;

public class TokenDatasetTests
{
    private const int Context = 8;

    [Fact]
    public void TheFirstPartIsTrainedOnAndTheRestHeldBack()
    {
        using var data = Create(new string([.. Enumerable.Range(0, 100).Select(static i => (char)(' ' + (i % 90)))]), 0.25);
        Assert.Equal(75, data.Training.Length);
        Assert.Equal(25, data.Validation.Length);
        var (inputs, targets) = data.Validation.Blocks(1).First();
        Assert.Equal(Enumerable.Range(75, Context).Select(static i => (long)(' ' + (i % 90))), Values(inputs));
        Assert.Equal(Enumerable.Range(76, Context).Select(static i => (long)(' ' + (i % 90))), Values(targets));
        inputs.Dispose();
        targets.Dispose();
    }

    [Fact]
    public void ABatchIsAFunctionOfSeedAndNumberAlone()
    {
        using var data = Create(Text(1000));
        using var again = Create(Text(1000));
        var first = BatchValues(data.Training, 4, 1, 9);
        _ = BatchValues(data.Training, 4, 1, 10);
        manual_seed(123).Dispose();

        Assert.Equal(first, BatchValues(data.Training, 4, 1, 9));
        Assert.Equal(first, BatchValues(again.Training, 4, 1, 9));
        Assert.NotEqual(first, BatchValues(data.Training, 4, 2, 9));
        Assert.NotEqual(first, BatchValues(data.Training, 4, 1, 8));
    }

    [Fact]
    public void BatchesHoldTheTextAndTargetsFollowByOne()
    {
        var text = Text(1000);
        using var data = Create(text);
        for (var step = 0; step < 60; step++)
        {
            var starts = data.Training.Starts(5, 4L * step, 4);
            var (inputs, targets) = data.Training.Batch(4, 5, step);
            using (inputs)
            using (targets)
            {
                Assert.Equal(ScalarType.Int64, inputs.dtype);
                Assert.Equal([4, Context], inputs.shape);
                Assert.Equal(starts.SelectMany(start => text.Substring((int)start, Context)).Select(static c => (long)c), Values(inputs));
                Assert.Equal(
                    starts.SelectMany(start => text.Substring((int)start + 1, Context)).Select(static c => (long)c),
                    Values(targets)
                );
            }
        }
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(997)]
    [InlineData(90)]
    public void AnEpochHasOneSampleFromEachOfItsEqualRanges(int length)
    {
        using var data = Create(Text(length));
        var training = data.Training;
        var places = training.Length - Context;
        for (var epoch = 0L; epoch < 20; epoch++)
        {
            var starts = Starts(training, epoch).Order().ToArray();
            Assert.Equal(Math.Max(1, places / Context), starts.Length);
            for (var range = 0; range < starts.Length; range++)
            {
                // Ranges of places / samples each, which differ in length by one at most.
                var (from, to) = ((double)range * places / starts.Length, (double)(range + 1) * places / starts.Length);
                Assert.InRange(starts[range], from - 1, to + 1);
                Assert.InRange(starts[range], 0, places - 1);
            }
        }
    }

    [Fact]
    public void EpochsDifferInPlacesAndOrderAndFavourNoPlace()
    {
        using var data = Create(Text(500));
        var training = data.Training;
        var places = training.Length - Context;
        var orders = new HashSet<string>();
        var counts = new long[places];
        const int Epochs = 5_000;
        for (var epoch = 0L; epoch < Epochs; epoch++)
        {
            var starts = Starts(training, epoch);
            if (epoch < 100)
            {
                orders.Add(string.Join(',', starts));
            }

            foreach (var start in starts)
            {
                counts[start]++;
            }
        }

        Assert.Equal(100, orders.Count);

        // Each place as often as any other, but for chance and for ranges that are one place longer than others.
        var expected = (double)Epochs * training.SamplesPerEpoch / places;
        Assert.All(counts, count => Assert.InRange(count, 0.75 * expected, 1.25 * expected));
    }

    [Fact]
    public void ATextOfRecordsIsCutEverywhereWithinThem()
    {
        // As long as the context: cuts at a distance of one context would all fall at the same place of a record.
        using var data = Create(string.Concat(Enumerable.Repeat("abcdefg\n", 200)));
        var training = data.Training;
        Assert.Equal(8, Context);
        Assert.Equal(8, Starts(training, 0).Select(static start => start % 8).Distinct().Count());
    }

    [Theory]
    [InlineData(90)] // validation part: 9 tokens, exactly one block
    [InlineData(900)]
    [InlineData(933)]
    public void BlocksPredictEveryTokenButTheFirstOnce(int length)
    {
        var text = Text(length);
        using var data = Create(text);
        foreach (var batchSize in new[] { 1, 3, 1000 })
        {
            var inputs = new List<long>();
            var targets = new List<long>();
            long blocks = 0;
            foreach (var (blockInputs, blockTargets) in data.Validation.Blocks(batchSize))
            {
                blocks++;
                Assert.InRange(blockInputs.size(0), 1, batchSize);
                inputs.AddRange(Values(blockInputs));
                targets.AddRange(Values(blockTargets));
                blockInputs.Dispose();
                blockTargets.Dispose();
            }

            var part = text[^(int)data.Validation.Length..].Select(static c => (long)c).ToArray();
            Assert.Equal(part[..^1], inputs);
            Assert.Equal(part[1..], targets);
            Assert.Equal(blocks, data.Validation.BlockCount(batchSize));
        }
    }

    [Theory]
    [InlineData(256, ScalarType.Byte)]
    [InlineData(257, ScalarType.Int16)]
    [InlineData(40_000, ScalarType.Int32)]
    public void TokensAreKeptInTheSmallestTypeAndComeBackWhole(int vocabulary, ScalarType type)
    {
        // Each character once, in order; the surrogate range holds no characters.
        var text = string.Concat(Enumerable.Range(0, vocabulary).Select(static i => char.ConvertFromUtf32(i < 0xD800 ? i : i + 0x800)));
        var tokenizer = CharacterTokenizer.FromText(text);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Tensor.TotalCount;
        using (var data = TokenDataset.Create(text, tokenizer, Context, 0.5))
        {
            var blocks = data.Validation.Blocks(1).ToArray();
            Assert.Equal(vocabulary - 1, Values(blocks[^1].Targets)[^1]);
            foreach (var (inputs, targets) in blocks)
            {
                inputs.Dispose();
                targets.Dispose();
            }

            Assert.Equal(type, data.Training.ElementType);
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(40)]
    [InlineData(80)]
    public void ATextShorterThanAContextInEitherPartIsRefused(int length)
    {
        var exception = Assert.Throws<ModelGenException>(() => Create(Text(length)));
        Assert.Contains("too short", exception.Message);
        Assert.Contains($"{length} tokens", exception.Message);
        Assert.Contains("at least 9", exception.Message);
    }

    /// <summary>Whatever is too short, the length that the message names is the least that is enough.</summary>
    [Fact]
    public void TheMessageNamesTheLeastLengthThatIsEnough()
    {
        var random = new Random(9);
        for (var round = 0; round < 300; round++)
        {
            var context = random.Next(1, round % 10 == 0 ? 300 : 20);
            var fraction = round % 3 == 0 ? random.Next(1, 20) / 20.0 : 0.01 + (0.98 * random.NextDouble());
            var needed = Needed(random.Next(0, context));
            Assert.Equal(needed, Needed((int)needed - 1));
            using var data = Create((int)needed);
            Assert.InRange(Math.Min(data.Training.Length, data.Validation.Length), context + 1, long.MaxValue);
            var batchSize = random.Next(1, 50);
            var (inputs, targets) = data.Training.Batch(batchSize, 1, random.Next(100));
            using (inputs)
            using (targets)
            {
                Assert.Equal([batchSize, context], targets.shape);
            }

            long Needed(int length) =>
                long.Parse(Assert.Throws<ModelGenException>(() => Create(length)).Message.Split("use a text of ")[1].Split(' ')[0]);

            TokenDataset Create(int length) => TokenDataset.Create(new string('a', length), new ByteTokenizer(), context, fraction);
        }
    }

    [Theory]
    [InlineData(1e-20)]
    [InlineData(1e-17)]
    public void NoLengthIsNamedWhereNoneIsEnough(double fraction) =>
        Assert.EndsWith(
            "(one context of 8 and the token after it); use a different validation fraction.",
            Assert.Throws<ModelGenException>(() => Create(Text(1000), fraction)).Message
        );

    [Fact]
    public void ATextThatIsTooShortIsToldWithBothItsParts() =>
        Assert.Equal(
            "The text is too short: its 73 tokens leave 65 for training and 8 for validation, and each needs at least 65 (one context of "
                + "64 and the token after it); use a text of 641 tokens or more, a smaller context or a different validation fraction.",
            Assert
                .Throws<ModelGenException>(() => TokenDataset.Create(new string('a', 73), new ByteTokenizer(), 64, validationFraction: 0.1))
                .Message
        );

    [Fact]
    public void TheFingerprintFollowsTextSplitAndTokenizer()
    {
        using var one = Create(Text(500));
        using var same = Create(Text(500));
        using var otherText = Create(Text(501));
        using var otherSplit = Create(Text(500), 0.2);
        using var otherTokenizer = TokenDataset.Create(Text(500), CharacterTokenizer.FromText(Text(500)), Context, 0.1);
        Assert.Equal(one.Fingerprint, same.Fingerprint);
        Assert.Equal(
            4,
            new[] { one.Fingerprint, otherText.Fingerprint, otherSplit.Fingerprint, otherTokenizer.Fingerprint }.Distinct().Count()
        );
    }

    /// <summary>The hashes and the tokens are those that the runtime gave when it held a text as one string; runs resume by them.</summary>
    [Fact]
    public void AFileGivesTheSameTokensAndFingerprintAsItsText()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(3);
        var text = string.Concat(
            Enumerable
                .Range(0, 500_000)
                .Select(_ =>
                    random.Next(4) switch
                    {
                        0 => "é",
                        1 => "😀",
                        _ => "a\n",
                    }
                )
        );
        var corpus = TextCorpus.Read(folder.Write("text.txt", System.Text.Encoding.UTF8.GetBytes(text)));
        var pairs = BpeTokenizer.Train(corpus, 300, ["😀a"]);
        foreach (Tokenizer tokenizer in new Tokenizer[] { new ByteTokenizer(), CharacterTokenizer.FromText(corpus), pairs })
        {
            using var data = TokenDataset.Create(corpus, tokenizer, Context, 0.3);
            var tokens = tokenizer.Encode(text);
            var split = (int)(tokens.Length * 0.7);
            Assert.Equal((split, tokens.Length - split), (data.Training.Length, data.Validation.Length));
            var (inputs, targets) = data.Validation.Blocks(1_000_000).First();
            using (inputs)
            using (targets)
            {
                Assert.Equal(tokens[split..].Take((int)inputs.numel()).Select(static token => (long)token), Values(inputs));
            }

            Assert.Equal(
                Convert.ToHexStringLower(
                    System.Security.Cryptography.SHA256.HashData([
                        .. System.Text.Encoding.UTF8.GetBytes(tokenizer.Serialize()),
                        .. BitConverter.GetBytes(split),
                        .. tokens.SelectMany(BitConverter.GetBytes),
                    ])
                ),
                data.Fingerprint
            );
        }
    }

    [Fact]
    public void TokenizingTellsItsProgressAndStopsWhenCancelled()
    {
        using var stop = new CancellationTokenSource();
        var text = TextCorpus.FromText(new string('a', 1_000_000));
        var shares = new List<double>();
        using (TokenDataset.Create(text, new ByteTokenizer(), Context, 0.1, null, new Share(shares.Add))) { }

        Assert.Equal(shares.Order(), shares);
        Assert.Equal(1, shares[^1]);
        var before = Tensor.TotalCount;
        Assert.Throws<OperationCanceledException>(() =>
            TokenDataset.Create(text, new ByteTokenizer(), Context, 0.1, null, new Share(_ => stop.Cancel()), stop.Token)
        );
        Assert.Equal(before, Tensor.TotalCount);
    }

    /// <summary>Each file ends with the token for it, once, in the place of an added line break.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(long.MaxValue)]
    public void ADocumentEndsWithTheTokenForIt(long smallestCached)
    {
        using var folder = new TemporaryFolder();
        folder.Write("texts/a.txt", "ab\n"u8);
        folder.Write("texts/b.txt", "cd"u8);
        folder.Write("texts/c.txt", ""u8);
        folder.Write("texts/d.txt", "e<end>f<end>"u8);
        var tokenizer = new ByteTokenizer((SpecialTokenRole.End, "<end>"));
        const int End = 256;
        var corpus = TextCorpus.Read(folder["texts"]);
        Assert.Equal(3, corpus.DocumentCount);
        Assert.Equal(['a', 'b', '\n', End, 'c', 'd', End, 'e', End, 'f', End], Tokens(corpus, tokenizer));
        Assert.Equal(['a', 'b', '\n', 'c', 'd', '\n', .. "e<end>f<end>\n"], Tokens(corpus, new ByteTokenizer()));
        Assert.Equal(['c', 'd', End], Encoded(TextCorpus.Read(folder["texts/b.txt"])));
        Assert.Equal(['x', End, 'y', End], Encoded(TextCorpus.FromText("x<end>y<end>")));
        Assert.Equal(['x', End], Encoded(TextCorpus.FromText("x")));

        // Too short for a data set.
        int[] Encoded(TextCorpus text) =>
            [.. CorpusTokens.Pieces(text, tokenizer, null, default).SelectMany(static piece => piece.ToArray())];

        long[] Tokens(TextCorpus text, ByteTokenizer by)
        {
            using var data = TokenDataset.Create(text, by, 1, 0.5, null, smallestCached, null, default);
            return [.. new[] { data.Training, data.Validation }.SelectMany(static part => Whole(part))];
        }

        static IEnumerable<long> Whole(TokenSplit part)
        {
            foreach (var (index, (inputs, targets)) in part.Blocks(1).Index())
            {
                using (inputs)
                using (targets)
                {
                    foreach (var token in index == 0 ? Values(inputs).Concat(Values(targets)) : Values(targets))
                    {
                        yield return token;
                    }
                }
            }
        }
    }

    /// <summary>Pairs of bytes do not reach across the end of a document, and the count is that of the tokens.</summary>
    [Fact]
    public void NoTokenReachesIntoTheNextDocument()
    {
        using var folder = new TemporaryFolder();
        folder.Write("texts/a.txt", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("ab", 50)) + "a"));
        folder.Write("texts/b.txt", Encoding.UTF8.GetBytes("b" + string.Concat(Enumerable.Repeat("ab", 50))));
        var corpus = TextCorpus.Read(folder["texts"]);
        var tokenizer = BpeTokenizer.Train(corpus, 260, ["<|endoftext|>"]);
        var end = tokenizer.IdOf(SpecialTokenRole.End)!.Value;
        int[] expected =
        [
            .. tokenizer.Encode(File.ReadAllText(folder["texts/a.txt"])),
            end,
            .. tokenizer.Encode(File.ReadAllText(folder["texts/b.txt"])),
            end,
        ];
        Assert.Equal(expected, CorpusTokens.Pieces(corpus, tokenizer, null, default).SelectMany(static piece => piece.ToArray()));
        Assert.Equal(expected.Length, CorpusTokens.Count(corpus, tokenizer, default));
    }

    [Fact]
    public void FilesThatRunTogetherAreNoted()
    {
        using var folder = new TemporaryFolder();
        folder.Write("texts/a.txt", "abababab"u8);
        folder.Write("texts/b.txt", "cdcdcdcd"u8);
        Assert.StartsWith("the 2 files run together into one text", Assert.Single(Notes(folder["texts"], new ByteTokenizer())));
        Assert.Empty(Notes(folder["texts"], new ByteTokenizer((SpecialTokenRole.End, "<end>"))));
        Assert.Empty(Notes(folder["texts/a.txt"], new ByteTokenizer()));

        static IReadOnlyList<string> Notes(string path, ByteTokenizer tokenizer)
        {
            using var data = TokenDataset.Create(TextCorpus.Read(path), tokenizer, 1, 0.5);
            return data.Notes;
        }
    }

    // The last validation, over all of it, would else take a share of the whole text's time, however short the run.
    [Theory]
    [InlineData(9_000_000, null, 900_000)]
    [InlineData(12_000_000, null, 1_000_000)]
    [InlineData(12_000_000, 0.1, 1_200_000)]
    public void ATenthIsHeldBackButNoMoreThanAMillionTokens(int length, double? fraction, long expected)
    {
        using var data = TokenDataset.Create(new string('a', length), new ByteTokenizer(), 64, fraction);

        Assert.Equal((length - expected, expected), (data.Training.Length, data.Validation.Length));
    }

    private static TokenDataset Create(string text, double fraction = 0.1) =>
        TokenDataset.Create(text, new ByteTokenizer(), Context, fraction);

    private static string Text(int length)
    {
        var random = new Random(length);
        return new string([.. Enumerable.Range(0, length).Select(_ => (char)random.Next(' ', 127))]);
    }

    private static long[] BatchValues(TokenSplit split, int batchSize, ulong seed, long batch)
    {
        var (inputs, targets) = split.Batch(batchSize, seed, batch);
        using (inputs)
        using (targets)
        {
            return [.. Values(inputs), .. Values(targets)];
        }
    }

    private static long[] Starts(TokenSplit split, long epoch) =>
        split.Starts(3, epoch * split.SamplesPerEpoch, (int)split.SamplesPerEpoch);

    private static long[] Values(Tensor tensor)
    {
        using var flat = tensor.reshape(-1);
        return flat.data<long>().ToArray();
    }

    private sealed class Share(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(value);
    }
}
