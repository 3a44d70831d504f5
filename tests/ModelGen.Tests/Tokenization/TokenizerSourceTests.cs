using System.Globalization;
using System.Text;
using System.Text.Json;
using ModelGen.Data;
using ModelGen.Tokenization;

namespace ModelGen.Tests.Tokenization;

/// <summary>A tokenizer in a file is the one that a model was built for, or one sentence says why not.</summary>
public sealed class TokenizerSourceTests : IDisposable
{
    private const string Words = "[PAD]\n[UNK]\n[MASK]\n<filler>\n</s>\nthe\ncat\n##s\n";

    private static readonly SpecialToken Padding = new(SpecialTokenRole.Padding, "[PAD]", 0);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheSpecSaysWhatTokensAreForAndACheckpointKeepsIt()
    {
        // [PAD] is what the published name says; the spec calls another one so.
        var source = Json(("[PAD]", 262), ("<filler>", 263), ("<stop>", 264));
        var tokenizer = source.Read(
            300,
            new SpecialToken(SpecialTokenRole.Padding, "<filler>", 263),
            new SpecialToken(SpecialTokenRole.End, "<stop>", 264)
        );
        SpecialToken[] expected =
        [
            new(SpecialTokenRole.Other, "[PAD]", 262),
            new(SpecialTokenRole.Padding, "<filler>", 263),
            new(SpecialTokenRole.End, "<stop>", 264),
        ];
        Assert.Equal(expected, tokenizer.SpecialTokens);
        AssertKept(tokenizer);
        Assert.Equal(SpecialTokenRole.Padding, source.Read(300).SpecialTokens[0].Role);
    }

    [Fact]
    public void RolesOfAllKindsOfFilesAreKept()
    {
        var vocabulary = new TokenizerSource { Path = _folder.Write("vocab.txt", Encoding.UTF8.GetBytes(Words)) };
        var words = vocabulary.Read(8, new SpecialToken(SpecialTokenRole.Padding, "[MASK]", 2));
        Assert.Equal((2, null), (words.IdOf(SpecialTokenRole.Padding), words.IdOf(SpecialTokenRole.Mask)));
        AssertKept(words);

        var ranks = string.Concat(
            Enumerable
                .Range(0, 256)
                .Select(static value => string.Create(CultureInfo.InvariantCulture, $"{Convert.ToBase64String([(byte)value])} {value}\n"))
        );
        var tiktoken = new TokenizerSource
        {
            Path = _folder.Write("a.tiktoken", Encoding.UTF8.GetBytes(ranks)),
            Pattern = @"\p{L}+|[^\p{L}]+",
        };
        var bytes = tiktoken.Read(300, new SpecialToken(SpecialTokenRole.End, "<stop>", 280));
        Assert.Equal([new SpecialToken(SpecialTokenRole.End, "<stop>", 280)], bytes.SpecialTokens);
        Assert.Equal([97, 280, 98], bytes.Encode("a<stop>b"));
        AssertKept(bytes);

        var pieces = new TokenizerSource
        {
            Path = _folder.Write(
                "a.model",
                SentencePieceMessage.Model([("<unk>", 0, 2), ("</s>", 0, 3), ("<stop>", 0, 3), ("\u2581the", -1, 1), ("c", -2, 1)])
            ),
        };
        var unigram = pieces.Read(5, new SpecialToken(SpecialTokenRole.End, "<stop>", 2));
        Assert.Equal(2, unigram.IdOf(SpecialTokenRole.End));
        Assert.Equal(SpecialTokenRole.Other, unigram.SpecialTokens[1].Role);
        AssertKept(unigram);

        // GPT-2's two files: a token that no merge makes is special.
        var symbols = ByteLevelAlphabet.Write([.. Enumerable.Range(0, 256).Select(static value => (byte)value)]);
        var ids = symbols
            .Select(static symbol => symbol.ToString())
            .Append("ab")
            .Append("<stop>")
            .Select(static (text, id) => (text, id))
            .ToDictionary(static token => token.text, static token => token.id);
        var gpt2 = new TokenizerSource
        {
            Path = _folder.Write("encoder.json", JsonSerializer.SerializeToUtf8Bytes(ids)),
            Merges = _folder.Write("vocab.bpe", "#version: 0.2\na b\n"u8),
        }.Read(258, new SpecialToken(SpecialTokenRole.Mask, "<stop>", 257));
        Assert.Equal([256, 257, 'c'], gpt2.Encode("ab<stop>c"));
        Assert.Equal(257, gpt2.IdOf(SpecialTokenRole.Mask));
        AssertKept(gpt2);
    }

    [Fact]
    public void WhatDoesNotFitTheModelIsTold()
    {
        var path = _folder.Write("vocab.txt", Encoding.UTF8.GetBytes(Words));
        var source = new TokenizerSource { Path = path };
        const string Named = ". The spec's 'data.tokens.tokenizer.file' names it.";
        var cannot = $"The tokenizer '{path}' cannot be used: ";

        Assert.Equal(
            cannot + "it has 8 tokens, but the model's vocabulary holds 7; raise the vocabulary to 8" + Named,
            Failure(() => source.Read(7, Padding))
        );
        Assert.Equal(
            cannot + "its token '[PAD]' has the id 0, but the model is built with 3 as its padding-id; correct the one in the spec" + Named,
            Failure(() => source.Read(8, Padding with { Id = 3 }))
        );
        Assert.Equal(
            cannot
                + "it has no special token '<pad>', which the model expects as its padding token with the id 0; it has '[PAD]' (0), "
                + "'[UNK]' (1), '[MASK]' (2)"
                + Named,
            Failure(() => source.Read(8, Padding with { Text = "<pad>" }))
        );
        Assert.Equal(
            $"The tokenizer '{Json(("</s>", 262)).Path}' cannot be used: '</s>' ends texts, and a model that leaves it out as padding never "
                + "learns where one ends; choose another padding token"
                + Named,
            Failure(() => Json(("</s>", 262)).Read(300, new SpecialToken(SpecialTokenRole.Padding, "</s>", 262)))
        );
        Assert.Equal(
            $"The tokenizer '{_folder.Write("a.tiktoken", [])}' cannot be used: a file of tiktoken does not say how text is cut into words; "
                + "give the regular expression as 'pattern'"
                + Named,
            Failure(() => new TokenizerSource { Path = _folder["a.tiktoken"] }.Read(300))
        );
        Assert.EndsWith(
            "The spec's 'data.tokens.tokenizer.file' names it as 'not-there.json', relative to the working directory.",
            Failure(() => new TokenizerSource { Path = "not-there.json" }.Read(300)),
            StringComparison.Ordinal
        );

        static string Failure(Action read) => Assert.Throws<ModelGenException>(read).Message;
    }

    [Theory]
    [InlineData("<|endoftext|>")]
    [InlineData("<|end_of_text|>")]
    [InlineData("<|end|>")]
    [InlineData("</s>")]
    [InlineData("<eos>")]
    [InlineData("[EOS]")]
    public void NoEndOfTextIsPadding(string text)
    {
        var source = Json((text, 262), ("<other>", 263));
        var padding = new SpecialToken(SpecialTokenRole.Padding, text, 262);
        Assert.Contains("ends texts", Assert.Throws<ModelGenException>(() => source.Read(300, padding)).Message, StringComparison.Ordinal);

        // Unless something else ends texts.
        var tokenizer = source.Read(300, padding, new SpecialToken(SpecialTokenRole.End, "<other>", 263));
        Assert.Equal((263, 262), (tokenizer.IdOf(SpecialTokenRole.End), tokenizer.IdOf(SpecialTokenRole.Padding)));
    }

    [Theory]
    [InlineData("""{"kind":"bpe","tokenizer":{},"roles":{"face":"<x>"}}""")]
    [InlineData("""{"kind":"bpe","roles":{"mask":"<x>"}}""")]
    public void WhatIsNoTokenizerIsTold(string text) => Assert.Throws<ModelGenException>(() => Tokenizer.Parse(text));

    private static void AssertKept(Tokenizer tokenizer)
    {
        var again = Tokenizer.Parse(tokenizer.Serialize());
        Assert.Equal(
            (tokenizer.GetType(), tokenizer.VocabularySize, tokenizer.Serialize()),
            (again.GetType(), again.VocabularySize, again.Serialize())
        );
        Assert.Equal(tokenizer.SpecialTokens, again.SpecialTokens);
        Assert.Equal(tokenizer.TextTokens, again.TextTokens);
        Assert.Equal(tokenizer.Encode("the cats<filler>"), again.Encode("the cats<filler>"));
    }

    // A byte-pair encoding with six merges.
    private TokenizerSource Json(params (string Text, int Id)[] specials)
    {
        var trained = BpeTokenizer.Train(
            TextCorpus.FromText("ab abc abcd abcde abcdef abcdef"),
            262 + specials.Length,
            [.. specials.Select(static special => special.Text)]
        );
        Assert.Equal(specials.Select(static special => special.Id), trained.SpecialTokens.Select(static token => token.Id));
        trained.Write(_folder["tokenizer.json"]);
        return new TokenizerSource { Path = _folder["tokenizer.json"] };
    }
}
