using System.Text;
using ModelGen.Data;
using ModelGen.Tokenization;

namespace ModelGen.Tests.Tokenization;

/// <summary>Which tokens are words together, with each kind of tokenizer.</summary>
public sealed class WordTableTests
{
    private static readonly (SpecialTokenRole, string)[] Specials = [(SpecialTokenRole.Mask, "<mask>"), (SpecialTokenRole.End, "<end>")];

    [Theory]
    [InlineData("Don't stop x2!", "Don|'|t| |stop| |x2|!")]
    [InlineData("go<end>go<mask><mask>", "go|<end>|go|<mask>|<mask>")]
    [InlineData("naïve\n中国", "naïve|\n|中国")]
    [InlineData("a—b  _", "a—b| | |_")]
    public void Bytes(string text, string words) => Check(new ByteTokenizer(Specials), text, words);

    [Theory]
    [InlineData("Don't stop x2!", "Don|'|t| |stop| |x2|!")]
    [InlineData("go<end>go<mask><mask>", "go|<end>|go|<mask>|<mask>")]
    [InlineData("naïve nai\u0308ve\n中国", "naïve| |nai\u0308ve|\n|中|国")]
    [InlineData("a—b  _", "a|—|b| | |_")]
    public void Characters(string text, string words) => Check(CharacterTokenizer.FromText(text, 40, Specials), text, words);

    // However far the merges went, the words are the same.
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(200)]
    public void BytePairs(int merges)
    {
        const string Text = "Stop — naïve x2 foo.bar\nbaz  foo bar 3.14, and(foo)<end>go<mask>";
        var learned = TextCorpus.FromText(string.Concat(Enumerable.Repeat(Text.Replace("<mask>", "", StringComparison.Ordinal), 3)));
        Check(
            BpeTokenizer.FromText(learned, 258 + merges, Specials),
            Text,
            "Stop| —| naïve| x2| foo|.|bar|\n|baz| | foo| bar| 3|.|14|,| and|(|foo|)|<end>|go|<mask>"
        );
    }

    [Fact]
    public void WordPieces()
    {
        using var folder = new TemporaryFolder();
        string[] tokens = ["[UNK]", "[MASK]", "un", "##aff", "##able", "the", ",", "4", "##2", "中", "国"];
        var tokenizer = Tokenizer.Read(folder.Write("vocab.txt", Encoding.UTF8.GetBytes(string.Join('\n', tokens) + "\n")));
        Check(tokenizer, "The unaffable, unaff 42[MASK][MASK] zz 中国 un", "the|unaffable|,|unaff|42|[MASK]|[MASK]|[UNK]|中|国|un", token =>
            tokens[token].Replace("##", "", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void UnigramPieces()
    {
        using var folder = new TemporaryFolder();
        (string Text, float Score, int Kind)[] pieces =
        [
            ("<unk>", 0, 2),
            ("</s>", 0, 3),
            ("▁", -3, 1),
            ("▁low", -4, 1),
            ("er", -3, 1),
            ("s", -4, 1),
            ("a", -5, 1),
            (".", -4, 1),
            ("日本", -9, 1),
            .. Enumerable.Range(0, 256).Select(static value => ($"<0x{value:X2}>", 0f, 6)),
        ];
        var tokenizer = Tokenizer.Read(folder.Write("some.model", SentencePieceMessage.Model(pieces, fallsBack: true)));
        Check(tokenizer, "low lowers aas.as. a 日本é .", "▁low|▁lowers|▁aas|.|as|.|▁a|▁|日本|<0xC3><0xA9>|▁|.", token =>
            pieces[token].Text
        );
    }

    [Fact]
    public void AWordThatIsCutOffBeginsWithTheSequence()
    {
        var table = new WordTable(new ByteTokenizer());
        Assert.Equal([0, 2, 3, 4], table.Bounds([.. "go x".Select(static character => (long)character)]));
        Assert.Equal([0, 1, 2, 4], table.Bounds([.. "o xy".Select(static character => (long)character)]));
    }

    private static void Check(Tokenizer tokenizer, string text, string words, Func<int, string>? textOf = null)
    {
        var tokens = tokenizer.Encode(text);
        var bounds = new WordTable(tokenizer).Bounds([.. tokens.Select(static token => (long)token)]);
        Assert.Equal(tokens.Length, bounds[^1]);
        Assert.Equal(words.Split('|'), bounds.Zip(bounds.Skip(1), (start, end) => Written(tokens[start..end])));

        string Written(int[] word) => textOf is null ? tokenizer.Decode(word) : string.Concat(word.Select(textOf));
    }
}
