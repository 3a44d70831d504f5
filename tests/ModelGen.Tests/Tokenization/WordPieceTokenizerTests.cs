using System.Buffers;
using System.Text;
using ModelGen.Data;
using ModelGen.Tokenization;
using Reference = Microsoft.ML.Tokenizers;

namespace ModelGen.Tests.Tokenization;

public class WordPieceTokenizerTests
{
    private static readonly string[] Tokens =
    [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        "un",
        "##aff",
        "##able",
        "want",
        "##want",
        "##ed",
        "wa",
        "runn",
        "##ing",
        "the",
        "low",
        "##er",
        "##est",
        ",",
        ".",
        "!",
        "'",
        "-",
        ">",
        "s",
        "we",
        "re",
        "naive",
        "strasse",
        "cafe",
        "a",
        "##a",
        "##b",
        "4",
        "##2",
        "42",
        "中",
        "国",
        "日",
        "本",
        "語",
        "😀",
        "\u1112",
        "##\u1161",
        "##\u11AB",
        "i",
        "##\u0307",
        "x",
        "_",
        "1",
    ];

    [Fact]
    public void WordsAreTheLongestTokensFromTheStart()
    {
        using var folder = new TemporaryFolder();
        var tokenizer = Read(folder);

        // The example of the published code of BERT.
        Assert.Equal(
            ["un", "##want", "##ed", "runn", "##ing"],
            Texts(tokenizer, "UNwant\u00E9d,running".Replace(",", " ", StringComparison.Ordinal))
        );
        Assert.Equal(["un", "##want", "##ed", ",", "runn", "##ing"], Texts(tokenizer, "UNwant\u00E9d,running"));
        Assert.Equal(["[UNK]", "runn", "##ing"], Texts(tokenizer, "unwantedX running"));
        Assert.Equal(["un", "##aff", "##able"], Texts(tokenizer, "unaffable"));
    }

    [Fact]
    public void TextIsPreparedAsForBert()
    {
        using var folder = new TemporaryFolder();
        var tokenizer = Read(folder);
        Assert.Equal(["naive", "cafe", "cafe"], Texts(tokenizer, "Naïve CAFÉ cafe\u0301"));
        Assert.Equal(["we", "'", "re", "-", "-", ">", "!", "!"], Texts(tokenizer, "We're-->!!"));
        Assert.Equal(["中", "国", "low", "日", "本", "語"], Texts(tokenizer, "中国low日本語"));
        Assert.Equal(["low", "##er", "low"], Texts(tokenizer, "\0lo\u200Bw\uFFFDer\u00A0\t\u3000low\u0007"));
        Assert.Equal(["\u1112", "##\u1161", "##\u11AB"], Texts(tokenizer, "한").Select(static text => text));
        Assert.Equal(["i"], Texts(tokenizer, "İ"));
        Assert.Equal(["x", "_", "1"], Texts(tokenizer, "X_1"));
        Assert.Equal(["中"], Texts(tokenizer, "中"));
        Assert.Equal(["[UNK]", "low"], Texts(tokenizer, "𠀀low"));
        Assert.Equal(["😀"], Texts(tokenizer, "😀"));
    }

    [Fact]
    public void AModelWithCaseKeepsCaseAndAccents()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("vocab.txt", Encoding.UTF8.GetBytes("[UNK]\r\nCafé\r\ncafe\r\n"));
        var tokenizer = WordPieceTokenizer.ReadVocabulary(path, lowersCase: false);
        Assert.Equal([1, 2, 0], tokenizer.Encode("Café cafe café"));
        Assert.Equal(tokenizer.Encode("Café x"), Tokenizer.Parse(tokenizer.Serialize()).Encode("Café x"));
    }

    [Fact]
    public void LongWordsAreUnknown()
    {
        using var folder = new TemporaryFolder();
        var tokenizer = Read(folder);
        Assert.Equal(100, Texts(tokenizer, new string('a', 100)).Count());
        Assert.Equal(["[UNK]", "a"], Texts(tokenizer, new string('a', 101) + " a"));
        Assert.Equal(["[UNK]"], Texts(tokenizer, new string('a', 1_000_000)));
    }

    [Fact]
    public void SpecialTokensAreRecognised()
    {
        using var folder = new TemporaryFolder();
        var tokenizer = Read(folder);
        Assert.Equal([2, 14, 4, 15, 3, 0], tokenizer.Encode("[CLS]the[MASK] low [SEP][PAD]"));
        Assert.Equal(5, tokenizer.SpecialTokens.Count);
        Assert.Equal(4, tokenizer.IdOf(SpecialTokenRole.Mask));
    }

    [Fact]
    public void IdsAreThoseOfMicrosoftsTokenizerWhereItIsRight()
    {
        // Without accents, without letters beyond U+FFFF, and without the ASCII signs that are no punctuation in Unicode.
        using var folder = new TemporaryFolder();
        var tokenizer = Read(folder);
        var reference = Reference.BertTokenizer.Create(folder["vocab.txt"]);
        var random = new Random(1);
        string[] words =
        [
            "the",
            "low",
            "lowest",
            "unaffable",
            "UNwanted",
            "we're",
            "中国",
            "42",
            "!?",
            "--",
            "[MASK]",
            "\t",
            "\n ",
            "zzz",
            "a,b",
        ];
        for (var round = 0; round < 100; round++)
        {
            var text = string.Join(' ', Enumerable.Range(0, 20).Select(_ => words[random.Next(words.Length)]));
            Assert.Equal(reference.EncodeToIds(text, addSpecialTokens: false), tokenizer.Encode(text));
        }
    }

    [Fact]
    public void PiecesGiveTheTokensOfTheWholeText()
    {
        using var folder = new TemporaryFolder();
        var tokenizer = Read(folder);
        foreach (var seed in Enumerable.Range(0, 100))
        {
            var random = new Random(seed);
            var text = RandomTexts.Prose(seed, 30) + "[MASK]the[CLS low[SEP]" + RandomTexts.Noise(seed, 50);
            var tokens = new ArrayBufferWriter<int>();
            var encoder = tokenizer.CreateEncoder();
            foreach (var piece in RandomTexts.Pieces(text, random, longest: 1 + (seed % 7)))
            {
                encoder.Append(piece, tokens);
            }

            encoder.Flush(tokens);
            Assert.Equal(tokenizer.Encode(text), tokens.WrittenSpan.ToArray());
            Assert.Equal(tokens.WrittenCount, tokenizer.CountTokens(TextCorpus.FromText(text)));
        }
    }

    [Fact]
    public void TokensBecomeWordsAgain()
    {
        using var folder = new TemporaryFolder();
        var tokenizer = Read(folder);
        Assert.Equal("the lowest , unaffable [SEP]", tokenizer.Decode(tokenizer.Encode("The LOWEST, unaffable[SEP]")));
        Assert.Equal(3, tokenizer.ByteCount(Array.IndexOf(Tokens, "##est")));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.Decode([Tokens.Length]));
    }

    [Fact]
    public void AllItsFormsBuildIt()
    {
        using var folder = new TemporaryFolder();
        var tokenizer = Read(folder);
        var form = tokenizer.Serialize();
        var json = form["{\"kind\":\"word-piece\",\"tokenizer\":".Length..^1];
        var text = RandomTexts.Prose(1, 100) + "[MASK]Café" + RandomTexts.Noise(2, 100);
        foreach (
            var again in (Tokenizer[])[Tokenizer.Parse(form), Tokenizer.Read(folder.Write("tokenizer.json", Encoding.UTF8.GetBytes(json)))]
        )
        {
            Assert.Equal(tokenizer.Encode(text), again.Encode(text));
            Assert.Equal(form, again.Serialize());
        }
    }

    [Theory]
    [InlineData("a\n\nb\n[UNK]", "line 2 is empty")]
    [InlineData("a\nb\na\n[UNK]", "'a' on its line 3 stands there twice")]
    [InlineData("a\nb\n", "no token '[UNK]'")]
    [InlineData("", "line 1 is empty")]
    public void VocabulariesWithAFaultAreRefused(string text, string message)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("vocab.txt", Encoding.UTF8.GetBytes(text));
        var refused = Assert.Throws<ModelGenException>(() => Tokenizer.Read(path)).Message;
        Assert.Contains(message, refused);
        Assert.Contains(path, refused);
        Assert.Contains("byte 1 ", Assert.Throws<ModelGenException>(() => Tokenizer.Read(folder.Write("vocab.txt", [97, 0xFF]))).Message);
    }

    [Theory]
    [InlineData("""{"model":{"type":"WordPiece","vocab":{}}}""", "pre-tokenizer")]
    [InlineData("""{"model":{"type":"WordPiece","vocab":{"a":0}},"pre_tokenizer":{"type":"BertPreTokenizer"}}""", "no token '[UNK]'")]
    [InlineData("""{"model":{"type":"WordPiece","vocab":{"a":0,"[UNK]":2}},"pre_tokenizer":{"type":"BertPreTokenizer"}}""", "has the id 2")]
    [InlineData("""{"model":{"type":"WordPiece","vocab":{"a":0,"[UNK]":0}},"pre_tokenizer":{"type":"BertPreTokenizer"}}""", "has the id 0")]
    [InlineData("""{"model":{"type":"WordPiece","vocab":{"":0,"[UNK]":1}},"pre_tokenizer":{"type":"BertPreTokenizer"}}""", "empty")]
    [InlineData(
        """{"model":{"type":"WordPiece","max_input_chars_per_word":0,"vocab":{"[UNK]":0}},"pre_tokenizer":{"type":"BertPreTokenizer"}}""",
        "max_input"
    )]
    [InlineData("""{"model":{"type":"WordPiece"},"normalizer":{"type":"NFC"}}""", "BertNormalizer")]
    public void FilesWithAFaultAreRefused(string json, string message)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("tokenizer.json", Encoding.UTF8.GetBytes(json));
        Assert.Contains(message, Assert.Throws<ModelGenException>(() => Tokenizer.Read(path)).Message);
    }

    private static Tokenizer Read(TemporaryFolder folder) =>
        Tokenizer.Read(folder.Write("vocab.txt", Encoding.UTF8.GetBytes(string.Join('\n', Tokens) + "\n")));

    private static IEnumerable<string> Texts(Tokenizer tokenizer, string text) => tokenizer.Encode(text).Select(static id => Tokens[id]);
}
