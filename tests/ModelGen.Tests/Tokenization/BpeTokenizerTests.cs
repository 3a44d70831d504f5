using System.Buffers;
using System.Text;
using ModelGen.Data;
using ModelGen.Tokenization;
using Reference = Microsoft.ML.Tokenizers;

namespace ModelGen.Tests.Tokenization;

public class BpeTokenizerTests
{
    private const string End = "<|endoftext|>";

    private readonly BpeTokenizer _tokenizer = BpeTokenizer.Train(TextCorpus.FromText(RandomTexts.Prose(1, 3000)), 500, [End]);

    [Fact]
    public void IdsAreThoseOfAPlainEncoder()
    {
        List<(string, string)> merges = [.. _tokenizer.Model.Merges!.Select(merge => (Latin1(merge.Left), Latin1(merge.Right)))];
        foreach (var seed in Enumerable.Range(10, 20))
        {
            var text = RandomTexts.Prose(seed, 60);
            Assert.Equal(ReferenceBpe.Encode(text, merges), _tokenizer.Encode(text).Select(Latin1));
        }
    }

    [Fact]
    public void IdsAreThoseOfMicrosoftsTokenizer()
    {
        using var folder = new TemporaryFolder();
        var (vocabulary, merges) = WriteGpt2Files(folder, _tokenizer);
        var reference = Reference.BpeTokenizer.Create(
            new Reference.BpeOptions(vocabulary, merges)
            {
                ByteLevel = true,
                PreTokenizer = new Reference.RegexPreTokenizer(new System.Text.RegularExpressions.Regex(BpeTokenizer.Gpt2Pattern), null),
            }
        );
        foreach (var seed in Enumerable.Range(10, 20))
        {
            var text = RandomTexts.Prose(seed, 60);
            Assert.Equal(reference.EncodeToIds(text), _tokenizer.Encode(text));
        }
    }

    [Fact]
    public void LettersBeyondTheFirstPlaneAreLetters()
    {
        // U+20000 is a letter (Lo), U+1D7D8 a digit (Nd), U+1F600 a sign (So).
        Assert.Equal(["!", "𠀀a", " 𠀀", "😀😀", "1𝟘", "."], Words(BpeTokenizer.Gpt2Pattern, "!𠀀a 𠀀😀😀1𝟘."));
    }

    [Theory]
    [InlineData("I'll say we've 'sup  b   \n c \n", @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")]
    [InlineData(
        "Hello WORLD's 12345 x=1;\r\n\n  next",
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    )]
    [InlineData(
        "It'S 1234  \n (don'T) über  x",
        @"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s"
    )]
    [InlineData(
        "HelloWorld ABCdef's I'M 12/34 //\n",
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
            + @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
            + @"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    )]
    public void PatternsMatchAsDotnetsDo(string text, string pattern)
    {
        foreach (var sample in (string[])[text, .. Enumerable.Range(0, 20).Select(static seed => RandomTexts.Prose(seed, 30))])
        {
            Assert.Equal(
                new System.Text.RegularExpressions.Regex(pattern).Matches(sample).Select(static match => match.Value),
                Words(pattern, sample)
            );
        }
    }

    [Theory]
    [InlineData(@"(?<=a)b")]
    [InlineData("(a|b)+")]
    [InlineData("a+?")]
    [InlineData("(a")]
    [InlineData("a)")]
    [InlineData("[a")]
    [InlineData("[]")]
    [InlineData("[z-a]")]
    [InlineData(@"\p{Greek}")]
    [InlineData(@"\p{L")]
    [InlineData(@"\b")]
    [InlineData(@"\")]
    [InlineData("a{2")]
    [InlineData("a{2,1}")]
    [InlineData("a{99999999999}")]
    [InlineData("*")]
    [InlineData("")]
    [InlineData(@"\x{110000}")]
    public void PatternsThatAreNotUnderstoodAreRefused(string pattern) =>
        Assert.Throws<ModelGenException>(() => SplitPattern.Parse(pattern, TokenizerFile.Unnamed));

    [Fact]
    public void APatternThatBacktracksWithoutEndIsRefused()
    {
        var pattern = SplitPattern.Parse("a*a*a*a*a*a*a*a*b", TokenizerFile.Unnamed);
        Assert.Contains("backtracks", Assert.Throws<ModelGenException>(() => pattern.Match(new string('a', 3000), out _)).Message);
        Assert.Throws<ModelGenException>(() => SplitPattern.Parse(new string('(', 5000), TokenizerFile.Unnamed));
    }

    [Fact]
    public void AnyTextComesBack()
    {
        foreach (var seed in Enumerable.Range(0, 300))
        {
            var text = RandomTexts.Noise(seed, seed % 80);
            var tokens = _tokenizer.Encode(text);
            Assert.Equal(text, _tokenizer.Decode(tokens));
            Assert.Equal(Encoding.UTF8.GetByteCount(text), tokens.Sum(_tokenizer.ByteCount));
        }

        Assert.Empty(_tokenizer.Encode(""));
    }

    [Fact]
    public void PiecesGiveTheTokensOfTheWholeText()
    {
        foreach (var seed in Enumerable.Range(0, 200))
        {
            var random = new Random(seed);
            var text = seed % 2 == 0 ? RandomTexts.Prose(seed, 40) : RandomTexts.Noise(seed, 100);
            text = text.Insert(text.Length / 2, $"{End}<|endof{End} <|endoft").Insert(0, "<|");
            text = Surrogates.IndexOfHalf(text) < 0 ? text : RandomTexts.Prose(seed, 5);
            var tokens = new ArrayBufferWriter<int>();
            var encoder = _tokenizer.CreateEncoder();
            for (var stream = 0; stream < 2; stream++)
            {
                tokens.ResetWrittenCount();
                foreach (var piece in RandomTexts.Pieces(text, random, longest: 1 + (seed % 9)))
                {
                    encoder.Append(piece, tokens);
                }

                encoder.Flush(tokens);
                Assert.Equal(_tokenizer.Encode(text), tokens.WrittenSpan.ToArray());
            }
        }
    }

    [Fact]
    public void TokensOfALongStreamComeOutOnTheWay()
    {
        var tokens = new ArrayBufferWriter<int>();
        var encoder = _tokenizer.CreateEncoder();
        for (var count = 0; count < 1000; count++)
        {
            encoder.Append("the mother ", tokens);
            Assert.True(tokens.WrittenCount >= 2 * (count - 3));
        }
    }

    [Fact]
    public void ALongWordTakesLittleMoreThanItsLength()
    {
        // n² steps would take minutes.
        var random = new Random(1);
        var word = string.Create(2_000_000, random, static (units, random) =>
        {
            foreach (ref var unit in units)
            {
                unit = "thelowr"[random.Next(7)];
            }
        });
        Assert.Equal(word, _tokenizer.Decode(_tokenizer.Encode(word)));
        var head = word[..3000];
        var pieces = new ArrayBufferWriter<int>();
        var encoder = _tokenizer.CreateEncoder();
        foreach (var piece in RandomTexts.Pieces(head, random, 3))
        {
            encoder.Append(piece, pieces);
        }

        encoder.Flush(pieces);
        Assert.Equal(_tokenizer.Encode(head), pieces.WrittenSpan.ToArray());
    }

    [Fact]
    public void CountsAreThoseOfTheTokens()
    {
        using var folder = new TemporaryFolder();
        var text = RandomTexts.Prose(3, 60_000) + End;
        var file = folder.Write("text.txt", Encoding.UTF8.GetBytes(text));
        Assert.Equal(_tokenizer.Encode(text).Length, _tokenizer.CountTokens(TextCorpus.Read(file)));
        Assert.Throws<OperationCanceledException>(() =>
            _tokenizer.CountTokens(TextCorpus.Read(file), new CancellationToken(canceled: true))
        );
    }

    [Fact]
    public void SpecialTokensAreRecognisedTheLongestFirst()
    {
        var tokenizer = BpeTokenizer.Train(TextCorpus.FromText("abc"), 300, ["<e>", "<e>x", "yy"]);
        Assert.Equal(['a', 256, ' ', 257, 258, 'y', 'x'], tokenizer.Encode("a<e> <e>xyyyx"));
        Assert.Equal("a<e> <e>xyyyx", tokenizer.Decode(tokenizer.Encode("a<e> <e>xyyyx")));
        Assert.Equal(3, tokenizer.ByteCount(256));
    }

    [Fact]
    public void TheDecoderNeverShowsHalfACharacter()
    {
        var bytes = BpeTokenizer.Train(TextCorpus.FromText("x"), 256);
        var decoder = bytes.CreateDecoder();
        Assert.Equal(["a", "", "ü", "", "", "€", "", "", "", "😀", "b"], bytes.Encode("aü€😀b").Select(decoder.Append));
        Assert.Equal("", decoder.Append(0xF0));
        Assert.Equal("\uFFFD", decoder.Flush());

        // Any tokens at all decode as .NET decodes their bytes in one piece.
        var random = new Random(2);
        for (var round = 0; round < 300; round++)
        {
            var tokens = Enumerable.Range(0, random.Next(20)).Select(_ => random.Next(_tokenizer.VocabularySize)).ToArray();
            Assert.Equal(Encoding.UTF8.GetString([.. tokens.SelectMany(id => _tokenizer.Model.Tokens[id])]), _tokenizer.Decode(tokens));
        }
    }

    [Fact]
    public void TokensOutsideTheVocabularyAndHalvesOfPairsAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _tokenizer.Decode([-1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => _tokenizer.Decode([_tokenizer.VocabularySize]));
        Assert.Contains("position 2", Assert.Throws<ModelGenException>(() => _tokenizer.Encode("ab\uD83Dc")).Message);
        var encoder = _tokenizer.CreateEncoder();
        encoder.Append("12345", new ArrayBufferWriter<int>());
        var message = Assert.Throws<ModelGenException>(() => encoder.Append("6\uDC00", new ArrayBufferWriter<int>())).Message;
        Assert.Contains("position 6", message);
    }

    [Fact]
    public void AllItsFormsBuildIt()
    {
        using var folder = new TemporaryFolder();
        var (vocabulary, merges) = WriteGpt2Files(folder, _tokenizer);
        _tokenizer.Write(folder["tokenizer.json"]);
        var text = RandomTexts.Prose(20, 500) + End + RandomTexts.Noise(21, 500);
        foreach (
            var again in (Tokenizer[])
                [
                    BpeTokenizer.ReadGpt2(vocabulary, merges),
                    Tokenizer.Read(folder["tokenizer.json"]),
                    Tokenizer.Parse(_tokenizer.Serialize()),
                ]
        )
        {
            Assert.Equal(_tokenizer.Encode(text), again.Encode(text));
            Assert.Equal(text, again.Decode(again.Encode(text)));
            Assert.Equal(_tokenizer.SpecialTokens, again.SpecialTokens);
            Assert.Equal(_tokenizer.Serialize(), again.Serialize());
        }

        Assert.DoesNotContain('\n', _tokenizer.Serialize());
    }

    [Fact]
    public void AFileOfTiktokenGivesTheTokensOfMicrosofts()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("some.tiktoken", Encoding.UTF8.GetBytes(Ranks(_tokenizer)));
        var count = _tokenizer.VocabularySize - 1;
        var specials = new Dictionary<string, int> { [End] = count + 10 };
        var tokenizer = BpeTokenizer.ReadTiktoken(path, BpeTokenizer.Gpt2Pattern, specials);
        var reference = Reference.TiktokenTokenizer.Create(
            path,
            new Reference.RegexPreTokenizer(new System.Text.RegularExpressions.Regex(BpeTokenizer.Gpt2Pattern), null),
            null,
            null
        );
        foreach (var seed in Enumerable.Range(10, 20))
        {
            var text = RandomTexts.Prose(seed, 60);
            Assert.Equal(reference.EncodeToIds(text), tokenizer.Encode(text));
        }

        Assert.Equal(count + 11, tokenizer.VocabularySize);
        Assert.Equal(['a', count + 10], tokenizer.Encode($"a{End}"));
        Assert.Equal("", tokenizer.Decode([count + 5]));
        Assert.Contains($"The id {count} has no token", Assert.Throws<ModelGenException>(() => tokenizer.Write(folder["no.json"])).Message);
        Assert.Equal(tokenizer.Serialize(), Tokenizer.Parse(tokenizer.Serialize()).Serialize());

        var full = BpeTokenizer.ReadTiktoken(path, BpeTokenizer.Gpt2Pattern);
        full.Write(folder["full.json"]);
        var again = Tokenizer.Read(folder["full.json"]);
        Assert.Equal(full.Encode(RandomTexts.Prose(30, 500)), again.Encode(RandomTexts.Prose(30, 500)));
    }

    private static List<string> Words(string pattern, string text)
    {
        var splitter = new WordList([SplitPattern.Parse(pattern, TokenizerFile.Unnamed)]);
        foreach (var unit in RandomTexts.Pieces(text, new Random(1), 2))
        {
            splitter.Append(unit);
        }

        splitter.Flush();
        return splitter.Words;
    }

    private static (string Vocabulary, string Merges) WriteGpt2Files(TemporaryFolder folder, BpeTokenizer tokenizer)
    {
        var specials = tokenizer.SpecialTokens.ToDictionary(static token => token.Id, static token => token.Text);
        var ids = Enumerable
            .Range(0, tokenizer.VocabularySize)
            .ToDictionary(id => specials.GetValueOrDefault(id) ?? ByteLevelAlphabet.Write(tokenizer.Model.Tokens[id]));
        var merges = tokenizer.Model.Merges!.Select(merge =>
            ByteLevelAlphabet.Write(tokenizer.Model.Tokens[merge.Left])
            + $" {ByteLevelAlphabet.Write(tokenizer.Model.Tokens[merge.Right])}\n"
        );
        return (
            folder.Write("encoder.json", System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(ids)),
            folder.Write("vocab.bpe", Encoding.UTF8.GetBytes("#version: 0.2\n" + string.Concat(merges)))
        );
    }

    private static string Ranks(BpeTokenizer tokenizer) =>
        string.Concat(
            tokenizer.Model.Tokens[..^tokenizer.SpecialTokens.Count].Select(static (bytes, id) => $"{Convert.ToBase64String(bytes)} {id}\n")
        );

    private string Latin1(int id) => Encoding.Latin1.GetString(_tokenizer.Model.Tokens[id]);

    private sealed class WordList(IReadOnlyList<SplitPattern> patterns)
        : WordSplitter(patterns, new SpecialTokenSet(new Dictionary<string, int>(), TokenizerFile.Unnamed))
    {
        public List<string> Words { get; } = [];

        protected override void TakeWord(ReadOnlySpan<char> word) => Words.Add(word.ToString());

        protected override void TakeSpecial(int id, int length) { }
    }
}
