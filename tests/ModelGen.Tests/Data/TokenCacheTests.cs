using System.Text;
using ModelGen.Data;
using ModelGen.Tokenization;
using ModelGen.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Data;

public sealed class TokenCacheTests : IDisposable
{
    private const int Context = 8;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Tokenizers => ["one byte", "two bytes", "four bytes", "pairs"];

    [Theory]
    [MemberData(nameof(Tokenizers))]
    public void BatchesBlocksAndFingerprintAreThoseOfTokensInMemory(string kind)
    {
        var random = new Random(5);
        var text = string.Concat(Enumerable.Range(0, 100_000).Select(_ => random.Next(3) == 0 ? "é😀" : "a\n"));
        var corpus = Write("text.txt", text);
        Tokenizer tokenizer = kind switch
        {
            "one byte" => new ByteTokenizer(),
            "pairs" => BpeTokenizer.Train(corpus, 300, []),
            _ => CharacterTokenizer.FromText(corpus, kind == "two bytes" ? 5000 : 50_000),
        };
        using var resident = Create(corpus, tokenizer, isCached: false);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var time = 0; time < 2; time++)
        {
            using var mapped = Create(corpus, tokenizer);
            Assert.True(mapped.IsMapped);
            Assert.False(resident.IsMapped);
            Assert.Equal(resident.Fingerprint, mapped.Fingerprint);
            Assert.Equal(resident.Training.ElementType, mapped.Training.ElementType);
            foreach (var (one, other) in new[] { (resident.Training, mapped.Training), (resident.Validation, mapped.Validation) })
            {
                Assert.Equal(one.Length, other.Length);
                for (var batch = 0; batch < 20; batch++)
                {
                    AssertSame(one.Batch(5, 3, batch), other.Batch(5, 3, batch));
                }
            }

            foreach (var (one, other) in resident.Validation.Blocks(700).Zip(mapped.Validation.Blocks(700)))
            {
                AssertSame(one, other);
            }
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    /// <summary>What the file holds is trained on: nothing is encoded again, which would give other tokens here.</summary>
    [Fact]
    public void ASecondDataSetReadsTheFileOfTheFirst()
    {
        var corpus = Write("text.txt", Text(1000));
        using (Create(corpus, new ByteTokenizer())) { }
        Assert.Equal("*\n", File.ReadAllText(_folder[".tokens/.gitignore"]));
        var path = Assert.Single(TokenFiles());
        TokenFile.Write(path, new TokenFileKey(corpus, new ByteTokenizer()), [Enumerable.Repeat(7, 600).ToArray()]);
        using var data = Create(corpus, new ByteTokenizer());
        Assert.Equal((540, 60), (data.Training.Length, data.Validation.Length));
        var (inputs, targets) = data.Training.Batch(1, 1, 0);
        using (inputs)
        using (targets)
        {
            Assert.Equal(Enumerable.Repeat(7L, Context), inputs.data<long>().ToArray());
        }
    }

    [Fact]
    public void AnotherTextOrTokenizerHasAFileOfItsOwn()
    {
        using (Create(Write("text.txt", Text(1000)), new ByteTokenizer())) { }
        using (Create(Write("text.txt", Text(1000)), new ByteTokenizer((SpecialTokenRole.Mask, "<mask>")))) { }
        Assert.Equal(2, TokenFiles().Length);
        var other = Text(1000).ToUpperInvariant();
        using var data = Create(Write("text.txt", other), new ByteTokenizer());
        Assert.Equal(3, TokenFiles().Length);
        var (inputs, targets) = data.Validation.Blocks(1).First();
        using (inputs)
        using (targets)
        {
            Assert.Equal(Encoding.UTF8.GetBytes(other)[900..(900 + Context)].Select(static b => (long)b), inputs.data<long>().ToArray());
        }
    }

    [Fact]
    public void OnlyTheFilesThatWereUsedLastStay()
    {
        var corpus = Write("text.txt", Text(1000));
        _folder.Write(".tokens/text.txt-other-0123456789abcdef.tokens", [1]);
        var tokenizers = Enumerable
            .Range(0, TokenCache.MostFiles + 1)
            .Select(static i => new ByteTokenizer((SpecialTokenRole.Mask, $"<{i}>")))
            .ToArray();
        var files = new List<string>();
        foreach (var tokenizer in tokenizers[..^1])
        {
            using (Create(corpus, tokenizer)) { }
            files.Add(Assert.Single(TokenFiles(), file => !files.Contains(file) && !file.Contains("other")));
            File.SetLastWriteTimeUtc(files[^1], DateTime.UtcNow.AddDays(files.Count - 100));
        }

        using (Create(corpus, tokenizers[0])) { }
        using (Create(corpus, tokenizers[^1])) { }
        var left = TokenFiles();
        Assert.Equal(TokenCache.MostFiles + 1, left.Length);
        Assert.Contains(files[0], left);
        Assert.DoesNotContain(files[1], left);
        Assert.Contains(left, static file => file.Contains("other"));
    }

    /// <summary>Any bit and any length: the file is written anew, and the data are right.</summary>
    [Fact]
    public void ADamagedFileIsWrittenAnew()
    {
        var corpus = Write("text.txt", Text(1000));
        string fingerprint;
        using (var data = Create(corpus, new ByteTokenizer()))
        {
            fingerprint = data.Fingerprint;
        }

        var path = Assert.Single(TokenFiles());
        var good = File.ReadAllBytes(path);
        var random = new Random(8);
        var damages = Enumerable
            .Range(0, 128)
            .Concat(Enumerable.Range(0, 40).Select(_ => random.Next(128, good.Length)))
            .Select(at => (byte[])[.. good[..at], (byte)(good[at] ^ (1 << random.Next(8))), .. good[(at + 1)..]])
            .Concat(Enumerable.Range(0, 40).Select(_ => good[..random.Next(good.Length)]))
            .Concat([
                [],
                good[..^1],
                [.. good, 0],
                [.. good, .. good],
                Enumerable.Repeat((byte)255, 1128).ToArray(),
            ]);
        foreach (var damaged in damages)
        {
            File.WriteAllBytes(path, damaged);
            using var data = Create(corpus, new ByteTokenizer());
            Assert.Equal(fingerprint, data.Fingerprint);
            Assert.Equal(good, File.ReadAllBytes(path));
        }
    }

    /// <summary>A file of the right form whose tokens are too high for the tokenizer must not reach the model.</summary>
    [Fact]
    public void TokensThatTheTokenizerLacksAreNotTrusted()
    {
        var corpus = Write("text.txt", Text(1000));
        var tokenizer = new ByteTokenizer((SpecialTokenRole.Mask, "<mask>"));
        using (Create(corpus, tokenizer)) { }
        var path = Assert.Single(TokenFiles());
        var good = File.ReadAllBytes(path);
        var key = new TokenFileKey(corpus, tokenizer);
        foreach (var wrong in new[] { 257, 32_767, -1 })
        {
            TokenFile.Write(path, key, [new int[] { 1, 2, wrong }]);
            Assert.Contains(
                "tokens that the tokenizer lacks",
                Assert.Throws<ModelGenException>(() => TokenFile.Open(path, key, null, default)).Message
            );
            using var data = Create(corpus, tokenizer);
            Assert.Equal(good, File.ReadAllBytes(path));
        }
    }

    [Fact]
    public void AFolderOfTextsKeepsItsTokensInside()
    {
        _folder.Write("texts/b.txt", Encoding.UTF8.GetBytes(Text(700)));
        _folder.Write("texts/a.txt", Encoding.UTF8.GetBytes(Text(500)));
        var first = TextCorpus.Read(_folder["texts"]);
        using var resident = Create(first, new ByteTokenizer(), isCached: false);
        using var mapped = Create(first, new ByteTokenizer());
        using var again = Create(TextCorpus.Read(_folder["texts"]), new ByteTokenizer());
        Assert.Equal(resident.Fingerprint, mapped.Fingerprint);
        Assert.Equal(resident.Fingerprint, again.Fingerprint);
        Assert.Single(Directory.GetFiles(_folder["texts/.tokens"], "texts-*.tokens"));
    }

    [Fact]
    public void WhereNothingCanBeWrittenTheTokensStayInMemoryAndANoteSaysSo()
    {
        var corpus = Write("text.txt", Text(1000));
        _folder.Write(".tokens", [1]);
        using var data = Create(corpus, new ByteTokenizer());
        Assert.False(data.IsMapped);
        Assert.StartsWith("the tokens stay in memory and are made again at the next start: Cannot save", Assert.Single(data.Notes));
    }

    [Fact]
    public void ATextThatChangesBetweenCheckAndEncodingLeavesNoFile()
    {
        var corpus = Write("text.txt", Text(1000));
        Write("text.txt", Text(1000).ToUpperInvariant());
        Assert.EndsWith(
            "has changed since it was checked; start again when nothing writes to it.",
            Assert.Throws<ModelGenException>(() => Create(corpus, new ByteTokenizer())).Message
        );
        Assert.Empty(TokenFiles());
        Assert.Equal([".gitignore"], Directory.GetFiles(_folder[".tokens"]).Select(static path => Path.GetFileName(path)));
    }

    [Fact]
    public void ProgressRisesToOneAndCancellingLeavesNothing()
    {
        var corpus = Write("text.txt", Text(1_000_000));
        using (var stop = new CancellationTokenSource())
        {
            Assert.Throws<OperationCanceledException>(() =>
                Create(corpus, new ByteTokenizer(), progress: new Shares { On = _ => stop.Cancel() }, cancellation: stop.Token)
            );
            Assert.Empty(TokenFiles());
        }

        for (var time = 0; time < 2; time++)
        {
            var shares = new List<double>();
            using (Create(corpus, new ByteTokenizer(), progress: new Shares { On = shares.Add })) { }
            Assert.Equal(shares.Order(), shares);
            Assert.Equal(1, shares[^1], 1e-9);
        }

        using var later = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() =>
            Create(corpus, new ByteTokenizer(), progress: new Shares { On = _ => later.Cancel() }, cancellation: later.Token)
        );
        Assert.Single(TokenFiles());
    }

    [Fact]
    public void ASmallTextHasNoFile()
    {
        using var data = TokenDataset.Create(Write("text.txt", Text(1000)), new ByteTokenizer(), Context, 0.1);
        Assert.False(data.IsMapped);
        Assert.Equal(["text.txt"], _folder.Names());
    }

    private static string Text(int length)
    {
        var random = new Random(length);
        return new string([.. Enumerable.Range(0, length).Select(_ => (char)random.Next('a', 'z' + 1))]);
    }

    private static void AssertSame((Tensor Inputs, Tensor Targets) one, (Tensor Inputs, Tensor Targets) other)
    {
        using (one.Inputs)
        using (one.Targets)
        using (other.Inputs)
        using (other.Targets)
        {
            Assert.Equal(ScalarType.Int64, other.Inputs.dtype);
            Assert.Equal(one.Inputs.shape, other.Inputs.shape);
            Assert.True(one.Inputs.allclose(other.Inputs, 0, 0));
            Assert.True(one.Targets.allclose(other.Targets, 0, 0));
        }
    }

    private static TokenDataset Create(
        TextCorpus corpus,
        Tokenizer tokenizer,
        bool isCached = true,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    ) => TokenDataset.Create(corpus, tokenizer, Context, 0.1, null, isCached ? 0 : long.MaxValue, progress, cancellation);

    private TextCorpus Write(string name, string text) => TextCorpus.Read(_folder.Write(name, Encoding.UTF8.GetBytes(text)));

    private string[] TokenFiles() => Directory.Exists(_folder[".tokens"]) ? Directory.GetFiles(_folder[".tokens"], "*.tokens") : [];
}
