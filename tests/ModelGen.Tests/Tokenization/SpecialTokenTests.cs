using System.Buffers;
using ModelGen.Data;
using ModelGen.Tokenization;

namespace ModelGen.Tests.Tokenization;

/// <summary>Special tokens have ids of their own after those of the text, stand for no text, and survive a checkpoint.</summary>
public sealed class SpecialTokenTests
{
    private static readonly (SpecialTokenRole, string) Mask = (SpecialTokenRole.Mask, "<mask>");

    public static TheoryData<bool> Kinds => [true, false];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TheyAreRecognisedInTexts(bool isBytes)
    {
        var tokenizer = Create(isBytes);
        var id = isBytes ? 256 : 11;
        Assert.Equal(new SpecialToken(SpecialTokenRole.Mask, "<mask>", id), Assert.Single(tokenizer.SpecialTokens));
        Assert.Equal(id, tokenizer.IdOf(SpecialTokenRole.Mask));
        Assert.Equal(id + 1, tokenizer.VocabularySize);
        Assert.Equal([.. tokenizer.Encode("a"), id, id, .. tokenizer.Encode("bs")], tokenizer.Encode("a<mask><mask>bs"));
        Assert.Equal([id], tokenizer.Encode("<mask>"));
        Assert.Empty(tokenizer.Encode(""));
        Assert.Equal("a<mask>b", tokenizer.Decode(tokenizer.Encode("a<mask>b")));
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
    [MemberData(nameof(Kinds))]
    public void PiecesOfAStreamGiveTheTokensOfTheWhole(bool isBytes)
    {
        var tokenizer = Create(isBytes);
        const string Text = "a<mask>b<mas<mask>k><<mask><mask>ks<ma";
        foreach (var length in Enumerable.Range(1, Text.Length))
        {
            var tokens = new ArrayBufferWriter<int>();
            var encoder = tokenizer.CreateEncoder();
            foreach (var piece in Text.Chunk(length))
            {
                encoder.Append(piece, tokens);
            }

            encoder.Flush(tokens);
            Assert.Equal(tokenizer.Encode(Text), tokens.WrittenSpan.ToArray());
        }

        Assert.Equal(Text, tokenizer.Decode(tokenizer.Encode(Text)));
        Assert.Equal(tokenizer.Encode(Text).Length, tokenizer.CountTokens(TextCorpus.FromText(Text)));
    }

    [Fact]
    public void ThePlaceOfAnUnknownCharacterCountsThem() =>
        Assert.Contains(
            "line 2, column 8",
            Assert.Throws<ModelGenException>(static () => Create(isBytes: false).Encode("a<mask>\n<mask>aXb")).Message
        );

    [Theory]
    [InlineData("""{"kind":"bytes","special":{"mask":""}}""")]
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
