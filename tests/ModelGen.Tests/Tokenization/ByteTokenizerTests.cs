using System.Text;
using ModelGen.Tokenization;

namespace ModelGen.Tests.Tokenization;

public class ByteTokenizerTests
{
    private readonly ByteTokenizer _tokenizer = new();

    [Fact]
    public void TokensAreTheUtf8Bytes()
    {
        Assert.Equal(256, _tokenizer.VocabularySize);
        Assert.Equal([0x61, 0xC3, 0xBC, 0xE2, 0x82, 0xAC, 0xF0, 0x9F, 0x98, 0x80, 0], _tokenizer.Encode("aü€😀\0"));
    }

    [Fact]
    public void AnyTextComesBack()
    {
        var random = new Random(1);
        for (var round = 0; round < 200; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(50)).Select(_ => RandomRune(random).ToString()));
            Assert.Equal(text, _tokenizer.Decode(_tokenizer.Encode(text)));
        }
    }

    [Fact]
    public void AStreamGivesEachCharacterOutWithItsLastByte()
    {
        var decoder = _tokenizer.CreateDecoder();
        var pieces = _tokenizer.Encode("aü€😀b").Select(decoder.Append).ToArray();
        Assert.Equal(["a", "", "ü", "", "", "€", "", "", "", "😀", "b"], pieces);
        Assert.Equal("", decoder.Flush());
    }

    [Fact]
    public void BrokenSequencesBecomeReplacementCharacters()
    {
        Assert.Equal("\uFFFDa", _tokenizer.Decode([0x80, 'a']));
        Assert.Equal("\uFFFDa", _tokenizer.Decode([0xE2, 0x82, 'a']));
        Assert.Equal("a\uFFFD", _tokenizer.Decode(['a', 0xF0, 0x9F]));

        // Any bytes at all decode as .NET decodes them in one piece.
        var random = new Random(2);
        for (var round = 0; round < 500; round++)
        {
            var bytes = new byte[random.Next(20)];
            random.NextBytes(bytes);
            Assert.Equal(Encoding.UTF8.GetString(bytes), _tokenizer.Decode([.. bytes]));
        }
    }

    [Fact]
    public void HalfOfASurrogatePairIsRefusedWithItsPosition() =>
        Assert.Contains("position 2", Assert.Throws<ModelGenException>(() => _tokenizer.Encode("ab\uD83Dc")).Message);

    [Theory]
    [InlineData(-1)]
    [InlineData(256)]
    public void TokensOutsideTheVocabularyAreRefused(int token) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _tokenizer.Decode([token]));

    [Fact]
    public void ItsCheckpointFormBuildsIt() => Assert.IsType<ByteTokenizer>(Tokenizer.Parse(_tokenizer.Serialize()));

    private static Rune RandomRune(Random random)
    {
        int[] limits = [0x80, 0x800, 0xD800, 0x110000];
        Rune rune;
        while (!Rune.TryCreate(random.Next(limits[random.Next(limits.Length)]), out rune)) { }

        return rune;
    }
}
