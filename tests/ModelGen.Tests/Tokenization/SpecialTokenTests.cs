using ModelGen.Tokenization;

namespace ModelGen.Tests.Tokenization;

/// <summary>Special tokens have ids of their own after those of the text, stand for no text, and survive a checkpoint.</summary>
public sealed class SpecialTokenTests
{
    private static readonly (SpecialTokenRole, string) Mask = (SpecialTokenRole.Mask, "<mask>");

    public static TheoryData<bool> Kinds => [true, false];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TheirTextIsEncodedOnlyWhereThatIsAskedFor(bool isBytes)
    {
        var tokenizer = Create(isBytes);
        var id = isBytes ? 256 : 11;
        Assert.Equal(new SpecialToken(SpecialTokenRole.Mask, "<mask>", id), Assert.Single(tokenizer.SpecialTokens));
        Assert.Equal(id, tokenizer.IdOf(SpecialTokenRole.Mask));
        Assert.Equal(id + 1, tokenizer.VocabularySize);
        Assert.DoesNotContain(id, tokenizer.Encode("a<mask>b"));
        Assert.Equal([.. tokenizer.Encode("a"), id, id, .. tokenizer.Encode("bs")], tokenizer.EncodeWithSpecialTokens("a<mask><mask>bs"));
        Assert.Equal([id], tokenizer.EncodeWithSpecialTokens("<mask>"));
        Assert.Empty(tokenizer.EncodeWithSpecialTokens(""));
        Assert.Equal("a<mask>b", tokenizer.Decode(tokenizer.EncodeWithSpecialTokens("a<mask>b")));
        Assert.Equal(0, tokenizer.ByteCount(id));
        Assert.Equal(Enumerable.Range(0, isBytes ? 256 : 8), tokenizer.TextTokens);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ACheckpointsFormBuildsThemAgain(bool isBytes)
    {
        var tokenizer = Create(isBytes);
        var again = Tokenizer.Parse(tokenizer.Serialize());
        Assert.Equal((tokenizer.GetType(), tokenizer.VocabularySize), (again.GetType(), again.VocabularySize));
        Assert.Equal(tokenizer.SpecialTokens, again.SpecialTokens);
        Assert.Equal(tokenizer.TextTokens, again.TextTokens);
        Assert.Equal(tokenizer.Serialize(), again.Serialize());
    }

    [Theory]
    [InlineData("""{"kind":"bytes","special":{"face":"<x>"}}""")]
    [InlineData("""{"kind":"bytes","special":["<x>"]}""")]
    [InlineData("""{"kind":"characters","characters":"abc","vocabulary":3,"special":{"mask":"<x>"}}""")]
    [InlineData("""{"kind":"characters","characters":"abc","vocabulary":"many","special":{"mask":"<x>"}}""")]
    public void WhatIsNoTokenizerIsTold(string text) =>
        Assert.Contains("does not describe a tokenizer", Assert.Throws<ModelGenException>(() => Tokenizer.Parse(text)).Message);

    [Fact]
    public void AnIdBetweenTheCharactersAndThemStandsForNothing() => Assert.Equal("a\uFFFD", Create(isBytes: false).Decode([3, 9]));

    [Fact]
    public void AHalfCharacterBeforeOneEnds() => Assert.Equal("\uFFFD<mask>", Create(isBytes: true).Decode([0xC3, 256]));

    [Fact]
    public void TheVocabularyMustHoldThemToo() =>
        Assert.Equal(
            "The text has 3 distinct characters, but the model's vocabulary holds 2 beside its special tokens; raise the vocabulary to 4 or "
                + "clean the text.",
            Assert.Throws<ModelGenException>(() => CharacterTokenizer.FromText("abc", 3, Mask)).Message
        );

    [Fact]
    public void TwoOfARoleOrOneWithoutTextAreRefused()
    {
        Assert.Throws<ArgumentException>(static () => new ByteTokenizer(Mask, (SpecialTokenRole.Mask, "[MASK]")));
        Assert.Throws<ArgumentException>(static () => new ByteTokenizer((SpecialTokenRole.Mask, "")));
    }

    private static Tokenizer Create(bool isBytes) => isBytes ? new ByteTokenizer(Mask) : CharacterTokenizer.FromText("<abkms>\n", 12, Mask);
}
