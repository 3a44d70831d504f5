using System.Buffers;
using System.Globalization;
using System.Text;
using ModelGen.Data;
using ModelGen.Tokenization;
using Reference = Microsoft.ML.Tokenizers;

namespace ModelGen.Tests.Tokenization;

public class UnigramTokenizerTests
{
    private static readonly (string Text, float Score, int Kind)[] Pieces =
    [
        ("<unk>", 0, 2),
        ("<s>", 0, 3),
        ("</s>", 0, 3),
        ("▁", -3, 1),
        ("▁the", -2.5f, 1),
        ("▁low", -4, 1),
        ("er", -3.25f, 1),
        ("est", -4.5f, 1),
        ("▁l", -6, 1),
        ("ow", -5, 1),
        ("e", -4, 1),
        ("r", -4.75f, 1),
        ("s", -4.125f, 1),
        ("t", -4.25f, 1),
        ("h", -5.5f, 1),
        ("o", -5.25f, 1),
        ("w", -6.5f, 1),
        ("l", -6.25f, 1),
        ("a", -5.125f, 1),
        ("aa", -7, 1),
        ("aaa", -7.5f, 1),
        ("日", -8, 1),
        ("日本", -9, 1),
        ("語", -8.5f, 1),
        ("😀", -9.5f, 1),
        ("▁▁", -6, 1),
        (".", -4, 1),
        ("ab", -6, 1),
        ("b", -7, 1),
    ];

    [Fact]
    public void PiecesAreTheLikeliestOfAllWays()
    {
        using var folder = new TemporaryFolder();
        var tokenizer = Read(folder, SentencePieceMessage.Model(Pieces));
        var random = new Random(1);
        for (var round = 0; round < 200; round++)
        {
            var word = string.Concat(Enumerable.Range(0, random.Next(1, 11)).Select(_ => "lowersthaab"[random.Next(11)]));
            Assert.Equal(Best("▁" + word), tokenizer.Encode(word).Sum(static id => (double)Pieces[id].Score), 1e-4);
            Assert.Equal(word, tokenizer.Decode(tokenizer.Encode(word)));
        }
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void IdsAreThoseOfMicrosoftsTokenizer(bool addsSpace, bool removesSpaces)
    {
        using var folder = new TemporaryFolder();
        var bytes = SentencePieceMessage.Model(Pieces, addsSpace: addsSpace, removesSpaces: removesSpaces);
        var tokenizer = Read(folder, bytes);
        var reference = Reference.SentencePieceTokenizer.Create(new MemoryStream(bytes), false, false);
        var random = new Random(2);
        string[] words = ["the", "lower", "lowest", "aaaaa", "aab", "日本語", "😀", "other.", " ", "  ", "zz", "qé"];
        for (var round = 0; round < 200; round++)
        {
            var text = string.Concat(
                Enumerable.Range(0, 12).Select(_ => words[random.Next(words.Length)] + (random.Next(2) == 0 ? " " : ""))
            );
            text = removesSpaces ? text.Trim(' ') : text.Trim(' ') + ".";

            // It gives a token for each of several unknown characters side by side.
            var expected = reference.EncodeToIds(text).ToList();
            expected = [.. expected.Where((id, index) => id != 0 || index == 0 || expected[index - 1] != 0)];
            Assert.Equal(expected, tokenizer.Encode(text));
        }
    }

    [Fact]
    public void SpacesAreJoinedAndTrimmed()
    {
        using var folder = new TemporaryFolder();
        var tokenizer = Read(folder, SentencePieceMessage.Model(Pieces));
        Assert.Equal([4, 5, 6, 4], tokenizer.Encode("  the   lower the  "));
        Assert.Empty(tokenizer.Encode("   "));
        Assert.Equal("the lower the", tokenizer.Decode([4, 5, 6, 4]));

        var keeping = Read(folder, SentencePieceMessage.Model(Pieces, removesSpaces: false));
        Assert.Equal([4, 25, 4, 3], keeping.Encode("the   the ").Where(static id => id != 3).Append(3));
        Assert.Equal("the   the ", keeping.Decode(keeping.Encode("the   the ")));
        Assert.Equal([13, 14, 10, 5], Read(folder, SentencePieceMessage.Model(Pieces, addsSpace: false)).Encode(" the low"));
    }

    [Fact]
    public void UnknownCharactersSideBySideAreOneTokenOrBytes()
    {
        using var folder = new TemporaryFolder();
        var tokenizer = Read(folder, SentencePieceMessage.Model(Pieces));
        Assert.Equal([4, 3, 0, 4], tokenizer.Encode("the zqé the"));
        Assert.Equal("the <unk> the", tokenizer.Decode([4, 3, 0, 4]));

        var all = Pieces.Concat(Enumerable.Range(0, 256).Select(static value => ($"<0x{value:X2}>", 0f, 6)));
        var bytes = Read(folder, SentencePieceMessage.Model(all, fallsBack: true));
        Assert.Equal([4, 3, Pieces.Length + 0xC3, Pieces.Length + 0xA9, 4], bytes.Encode("the é the"));
        Assert.Equal("the é the", bytes.Decode(bytes.Encode("the é the")));
        var decoder = bytes.CreateDecoder();
        Assert.Equal(["the", " ", "", "é", " the"], bytes.Encode("the é the").Select(decoder.Append));
        Assert.Equal("\uFFFD", bytes.Decode([Pieces.Length + 0xC3]));
        foreach (var seed in Enumerable.Range(0, 50))
        {
            var text = RandomTexts.Noise(seed, 40).Replace(" ", "", StringComparison.Ordinal).Replace("▁", "", StringComparison.Ordinal);
            Assert.Equal(text, bytes.Decode(bytes.Encode(text)));
        }
    }

    [Fact]
    public void CharactersAreReplacedTheLongestFirst()
    {
        using var folder = new TemporaryFolder();
        var rules = SentencePieceMessage.Rules(
            ("\n", " "),
            ("\t", " "),
            ("A", "a"),
            ("\u0301", ""),
            ("L", "l"),
            ("Lo", "lower"),
            ("ﬁ", "st"),
            ("\u200B", "")
        );
        var bytes = SentencePieceMessage.Model(Pieces, rules: rules);
        var tokenizer = Read(folder, bytes);
        Assert.Equal([5, 6, 4], tokenizer.Encode("Lo\n\tthe"));
        Assert.Equal(tokenizer.Encode("lw aa stt"), tokenizer.Encode("L\u200Bw\nA\u0301A ﬁt\t"));
    }

    [Fact]
    public void PiecesOfTextGiveTheTokensOfTheWholeText()
    {
        using var folder = new TemporaryFolder();
        var rules = SentencePieceMessage.Rules(("\n", " "), ("T", "t"), ("Th", "l"), ("aaaa", "b"), ("é", "e"));
        (string, float, int)[] inside = [.. Pieces, ("e▁t", -1, 1), ("lowest", 0, 4)];
        Tokenizer[] tokenizers =
        [
            Read(folder, SentencePieceMessage.Model(Pieces, rules: rules)),
            Read(folder, SentencePieceMessage.Model(Pieces, removesSpaces: false)),
            Read(folder, SentencePieceMessage.Model(inside, rules: rules)),
            Tokenizer.Read(folder.Write("tokenizer.json", Encoding.UTF8.GetBytes(Json()))),
        ];
        foreach (var seed in Enumerable.Range(0, 200))
        {
            var random = new Random(seed);
            var text = " " + RandomTexts.Prose(seed, 20) + " </s> Th aaaaa lowest e t</s" + RandomTexts.Noise(seed, 20);
            var tokenizer = tokenizers[seed % tokenizers.Length];
            var tokens = new ArrayBufferWriter<int>();
            var encoder = tokenizer.CreateEncoder();
            foreach (var piece in RandomTexts.Pieces(text, random, longest: 1 + (seed % 7)))
            {
                encoder.Append(piece, tokens);
            }

            encoder.Flush(tokens);
            Assert.Equal(tokenizer.Encode(text), tokens.WrittenSpan.ToArray());
            Assert.Equal(tokens.WrittenCount, tokenizer.CountTokens(TextCorpus.FromText(text)));
            Assert.Equal(tokenizer.Encode(text), Tokenizer.Parse(tokenizer.Serialize()).Encode(text));
        }
    }

    [Fact]
    public void UserDefinedPiecesAreTakenAsTheyAre()
    {
        using var folder = new TemporaryFolder();
        var rules = SentencePieceMessage.Rules(("A", "a"));
        var tokenizer = Read(folder, SentencePieceMessage.Model([.. Pieces, ("AAA", 0, 4)], rules: rules));
        Assert.Equal([3, Pieces.Length, 18], tokenizer.Encode("AAAA"));
        Assert.Equal([3, 19], tokenizer.Encode("AA"));
    }

    [Fact]
    public void AFileAsHuggingFaceWritesItIsRead()
    {
        using var folder = new TemporaryFolder();
        var tokenizer = Tokenizer.Read(folder.Write("tokenizer.json", Encoding.UTF8.GetBytes(Json())));
        Assert.Equal(Pieces.Length, tokenizer.VocabularySize);
        Assert.Equal([4, 5, 6, 2, 4, 3], tokenizer.Encode("the   lower</s>the "));
        Assert.Equal([4], tokenizer.Encode(" the"));
        var trimming = Json(
            preTokenizer: """
            {"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Metaspace","prepend_scheme":"always"}]}
            """
        );
        Assert.Equal([4, 5, 6], Tokenizer.Read(folder.Write("tokenizer.json", Encoding.UTF8.GetBytes(trimming))).Encode("the\n lower "));
    }

    [Fact]
    public void FilesWithAFaultAreRefused()
    {
        var good = SentencePieceMessage.Model(Pieces);
        AssertRefused(good[..^3], "ends too early");
        AssertRefused(good[..10], "ends too early");
        AssertRefused([0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 1], "a field has 2147483647 bytes by its own account, but 1 are left");
        AssertRefused([0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], "no message of protocol buffers");
        AssertRefused([7, 7, 7, 7], "no message of protocol buffers");
        AssertRefused([], "none of its 0 pieces");
        AssertRefused(SentencePieceMessage.Model(Pieces[1..]), "is the unknown one");
        AssertRefused(SentencePieceMessage.Model([.. Pieces, ("<unk2>", 0, 2)]), "two unknown pieces");
        AssertRefused(SentencePieceMessage.Model([.. Pieces, ("aa", 0, 1)]), "'aa' with the id 29 stands there twice");
        AssertRefused(SentencePieceMessage.Model([.. Pieces, ("", 0, 1)]), "piece 29 has no text");
        AssertRefused(SentencePieceMessage.Model([.. Pieces, ("q", float.NaN, 1)]), "no finite score");
        AssertRefused(SentencePieceMessage.Model([.. Pieces, ("q", 0, 9)]), "a type other than 1 to 6");
        AssertRefused(SentencePieceMessage.Model([.. Pieces, ("q", 0, 6)]), "named for no byte");
        AssertRefused(SentencePieceMessage.Model(Pieces, type: 2), "of type BPE; expected unigram");
        AssertRefused(SentencePieceMessage.Model(Pieces, fallsBack: true), "no piece for the byte 0x00");
        AssertRefused(
            SentencePieceMessage.Model(Pieces, rules: [0xFF, 0xFF, 0xFF, 0x7F, 0, 0, 0, 0]),
            "2147483647 bytes by its own account"
        );
        AssertRefused(SentencePieceMessage.Model(Pieces, rules: [4, 0, 0, 0, 0, 0, 0, 0, 97]), "has no end");

        // Any damage is refused or harmless, and never another exception.
        var random = new Random(1);
        var json = Encoding.UTF8.GetBytes(Json());
        var vocabulary = Encoding.UTF8.GetBytes(
            """{"model":{"type":"WordPiece","vocab":{"a":0,"[UNK]":1,"##b":2}},"pre_tokenizer":{"type":"BertPreTokenizer"},"""
                + "\"normalizer\":"
                + """{"type":"BertNormalizer"},"added_tokens":[{"id":1,"content":"[UNK]"}]}"""
        );
        for (var round = 0; round < 4000; round++)
        {
            var damaged = (round % 2 == 0 ? json : vocabulary).ToArray();
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            try
            {
                using var document = TokenizerJson.Parse(damaged, TokenizerFile.Unnamed);
                TokenizerJson.Read(document.RootElement, TokenizerFile.Unnamed).Encode("the lower ab [UNK]");
            }
            catch (ModelGenException) { }
        }

        var ruled = SentencePieceMessage.Model(Pieces, rules: SentencePieceMessage.Rules(("A", "a"), ("bb", "c")));
        for (var round = 0; round < 2000; round++)
        {
            var damaged = ruled.ToArray();
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            try
            {
                SentencePieceFile.Parse(damaged, TokenizerFile.Unnamed).Encode("the AA bbb lower");
            }
            catch (ModelGenException) { }
        }
    }

    [Theory]
    [InlineData("""{"model":{"type":"Unigram"}}""", "the vocabulary is missing")]
    [InlineData("""{"model":{"type":"Unigram","vocab":[["a"]]}}""", "piece 0 is not a text")]
    [InlineData("""{"model":{"type":"Unigram","vocab":[["a",1e999]]}}""", "piece 0 is not a text")]
    [InlineData("""{"model":{"type":"Unigram","unk_id":0,"vocab":[["a",1]]},"normalizer":{"type":"NFKC"}}""", "'NFKC'")]
    [InlineData(
        """{"model":{"type":"Unigram","unk_id":0,"vocab":[["a",1]]},"normalizer":{"type":"Precompiled","precompiled_charsmap":"!"}}""",
        "base 64"
    )]
    [InlineData("""{"model":{"type":"Unigram","unk_id":0,"vocab":[["a",1]]}}""", "pre-tokenizer")]
    [InlineData(
        """{"model":{"type":"Unigram","unk_id":0,"vocab":[["a",1]]},"pre_tokenizer":{"type":"Metaspace","prepend_scheme":"first"}}""",
        "prepend_scheme"
    )]
    [InlineData("""{"model":{"type":"Unigram","unk_id":7,"vocab":[["a",1]]},"pre_tokenizer":{"type":"Metaspace"}}""", "is the unknown one")]
    [InlineData("""{"added_tokens":[{"id":5,"content":"b"}],"model":{"type":"Unigram","unk_id":0,"vocab":[["a",1]]}}""", "has the id 5")]
    public void JsonWithAFaultIsRefused(string json, string message)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("tokenizer.json", Encoding.UTF8.GetBytes(json));
        Assert.Contains(message, Assert.Throws<ModelGenException>(() => Tokenizer.Read(path)).Message);
    }

    [Theory]
    [InlineData("""{"kind":"unigram"}""")]
    [InlineData("""{"kind":"unigram","pieces":[["a"]]}""")]
    [InlineData("""{"kind":"unigram","pieces":7}""")]
    public void DamagedCheckpointFormsAreRefused(string text) => Assert.Throws<ModelGenException>(() => Tokenizer.Parse(text));

    private static void AssertRefused(byte[] bytes, string message)
    {
        using var folder = new TemporaryFolder();
        var refused = Assert.Throws<ModelGenException>(() => Read(folder, bytes)).Message;
        Assert.Contains(message, refused);
        Assert.Contains(folder["some.model"], refused);
    }

    private static Tokenizer Read(TemporaryFolder folder, byte[] bytes) => Tokenizer.Read(folder.Write("some.model", bytes));

    /// <summary>The best score of all ways to cut a text into pieces, each tried.</summary>
    private static double Best(string text) =>
        text.Length == 0
            ? 0
            : Pieces
                .Where(piece => piece.Kind == 1 && text.StartsWith(piece.Text, StringComparison.Ordinal))
                .Select(piece => piece.Score + Best(text[piece.Text.Length..]))
                .DefaultIfEmpty(double.NegativeInfinity)
                .Max();

    private static string Json(string preTokenizer = """{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}""")
    {
        var vocabulary = Pieces.Select(static piece =>
            string.Create(CultureInfo.InvariantCulture, $"[{System.Text.Json.JsonSerializer.Serialize(piece.Text)},{piece.Score}]")
        );
        var rules = Convert.ToBase64String(SentencePieceMessage.Rules(("T", "t")));
        return $$$"""
            {"version":"1.0","added_tokens":[{"id":0,"content":"<unk>","special":true},{"id":2,"content":"</s>","special":true}],
            "normalizer":{"type":"Sequence","normalizers":[{"type":"Precompiled","precompiled_charsmap":"{{{rules}}}"},
            {"type":"Replace","pattern":{"Regex":" {2,}"},"content":" "}]},"pre_tokenizer":{{{preTokenizer}}},
            "model":{"type":"Unigram","unk_id":0,"byte_fallback":false,"vocab":[{{{string.Join(',', vocabulary)}}}]}}
            """;
    }
}
