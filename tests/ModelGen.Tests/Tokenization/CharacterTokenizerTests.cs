using System.Buffers;
using ModelGen.Tokenization;

namespace ModelGen.Tests.Tokenization;

public class CharacterTokenizerTests
{
    [Fact]
    public void CharactersAreNumberedInAscendingOrder()
    {
        var tokenizer = CharacterTokenizer.FromText("banana €\n😀\uFFFD");
        Assert.Equal(8, tokenizer.VocabularySize);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], tokenizer.Encode("\n abn€\uFFFD😀"));
        Assert.Equal("nab😀", tokenizer.Decode([4, 2, 3, 7]));
    }

    [Fact]
    public void TheOrderAndNumberOfCharactersDoNotMatter() =>
        Assert.Equal(CharacterTokenizer.FromText("abc").Serialize(), CharacterTokenizer.FromText("cbaabc").Serialize());

    [Theory]
    [InlineData("abc")]
    [InlineData("quote \" backslash \\ line\nbreak \0 \u007F")]
    [InlineData("Tschüß €😀 <&>'")]
    public void ItsCheckpointFormBuildsIt(string text)
    {
        var tokenizer = CharacterTokenizer.FromText(text);
        var again = Tokenizer.Parse(tokenizer.Serialize());
        Assert.Equal(tokenizer.VocabularySize, again.VocabularySize);
        Assert.Equal(tokenizer.Encode(text), again.Encode(text));
        Assert.Equal(text, again.Decode(tokenizer.Encode(text)));
    }

    [Fact]
    public void ATokenStandsForTheBytesOfItsCharacter()
    {
        var tokenizer = CharacterTokenizer.FromText("aä€😀");
        Assert.Equal([1, 2, 3, 4], tokenizer.Encode("aä€😀").Select(tokenizer.ByteCount));
    }

    [Fact]
    public void AnUnknownCharacterIsNamedWithItsPlace()
    {
        var message = Assert.Throws<ModelGenException>(() => CharacterTokenizer.FromText("ab\n").Encode("ab\nab😀b")).Message;
        Assert.Contains("'😀' (U+1F600) at line 2, column 3", message);
        Assert.Contains(
            "(U+0009) at line 1, column 1",
            Assert.Throws<ModelGenException>(() => CharacterTokenizer.FromText("ab\n").Encode("\t")).Message
        );
    }

    [Fact]
    public void AStreamOfPiecesGivesTheTokensOfTheWholeTextAndPlacesInIt()
    {
        const string Text = "ab\nba😀\n\nb😀a";
        var tokenizer = CharacterTokenizer.FromText(Text);
        foreach (var cut in Enumerable.Range(0, Text.Length).Where(static at => !char.IsLowSurrogate(Text[at])))
        {
            var tokens = new ArrayBufferWriter<int>();
            var encoder = tokenizer.CreateEncoder();
            encoder.Append(Text.AsSpan(0, cut), tokens);
            encoder.Append(Text.AsSpan(cut), tokens);
            Assert.Equal(tokenizer.Encode(Text), tokens.WrittenSpan.ToArray());

            var message = Assert.Throws<ModelGenException>(() => encoder.Append("a\nab?", tokens)).Message;
            Assert.Contains("'?' (U+003F) at line 5, column 3", message);
            Assert.Contains(
                "'!' (U+0021) at line 4, column 6",
                Assert.Throws<ModelGenException>(() => encoder.Append("a!", tokens)).Message
            );
            Assert.Contains("position 15", Assert.Throws<ModelGenException>(() => encoder.Append("ab\uD800", tokens)).Message);
        }
    }

    [Fact]
    public void MoreCharactersThanTheModelHasTokensAreRefused()
    {
        Assert.Equal(3, CharacterTokenizer.FromText("abc", 3).VocabularySize);
        Assert.Equal(3, CharacterTokenizer.FromText("abc", 65).VocabularySize);
        var message = Assert.Throws<ModelGenException>(() => CharacterTokenizer.FromText("abcd", 3)).Message;
        Assert.Contains("4 distinct characters", message);
        Assert.Contains("holds 3", message);
    }

    [Fact]
    public void SpecialTokensWrittenInTheTextAreNoCharacters()
    {
        var tokenizer = CharacterTokenizer.FromText("ab.ba.<end>b.", 4, (SpecialTokenRole.End, "<end>"), (SpecialTokenRole.Mask, "."));

        Assert.Equal([0, 1, 3, 2, 1, 0], tokenizer.Encode("ab.<end>ba"));
        Assert.Contains(
            "3 distinct characters",
            Assert.Throws<ModelGenException>(static () => CharacterTokenizer.FromText("abc.", 3, (SpecialTokenRole.End, "."))).Message
        );
        Assert.Contains(
            "no characters beside its special tokens",
            Assert.Throws<ModelGenException>(static () => CharacterTokenizer.FromText("...", 3, (SpecialTokenRole.End, "."))).Message
        );
    }

    [Fact]
    public void TextsThatAreNoneAreRefused()
    {
        Assert.Contains("empty", Assert.Throws<ModelGenException>(() => CharacterTokenizer.FromText("")).Message);
        Assert.Contains("position 1", Assert.Throws<ModelGenException>(() => CharacterTokenizer.FromText("a\uDC00")).Message);
        Assert.Contains("position 2", Assert.Throws<ModelGenException>(() => CharacterTokenizer.FromText("ab").Encode("ab\uD800")).Message);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void TokensOutsideTheVocabularyAreRefused(int token) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => CharacterTokenizer.FromText("ab").Decode([token]));

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"kind":"characters"}""")]
    [InlineData("""{"kind":7}""")]
    [InlineData("""{"kind":"words"}""")]
    [InlineData("""{"kind":"characters","characters":""}""")]
    [InlineData("""{"kind":"characters","characters":"\ud800"}""")]
    public void DamagedCheckpointFormsAreRefused(string text) => Assert.Throws<ModelGenException>(() => Tokenizer.Parse(text));
}
