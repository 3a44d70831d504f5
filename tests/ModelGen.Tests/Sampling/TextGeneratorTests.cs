using ModelGen.Sampling;
using ModelGen.Tests.Models;
using ModelGen.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Sampling;

public sealed class TextGeneratorTests : IDisposable
{
    private static readonly SamplingOptions Greedy = new() { Temperature = 0 };

    private readonly CharacterGpt _model;
    private readonly ByteTokenizer _tokenizer = new();

    public TextGeneratorTests()
    {
        manual_seed(4).Dispose();
        _model = new CharacterGpt(context: 16, dropout: 0.5);

        // Large weights make an untrained model opinionated.
        using var noGrad = no_grad();
        foreach (var parameter in _model.parameters())
        {
            parameter.mul_(4);
        }
    }

    public void Dispose() => _model.Dispose();

    [Fact]
    public void GreedyTextTakesTheModelsBestTokenEachTime()
    {
        const int Count = 40; // longer than the context, so that the window slides
        using var scope = NewDisposeScope();
        _model.eval();
        var tokens = _tokenizer.Encode("The start").Select(static token => (long)token).ToList();
        var prompt = tokens.Count;
        var window = tokens.ToList();
        for (var written = 0; written < Count; written++)
        {
            tokens.Add(_model.call(tensor(window.ToArray(), [1, window.Count]))[0, -1].argmax().item<long>());
            window = [.. window.Count == 16 ? window.TakeLast(7) : window, tokens[^1]];
        }

        var expected = _tokenizer.Decode([.. tokens.Skip(prompt).Select(static token => (int)token)]);
        Assert.Equal(expected, TextGenerator.Generate(_model, _tokenizer, "The start", Count, Greedy));
    }

    [Fact]
    public void TheSeedDecidesTheTextWhateverElseIsDrawn()
    {
        var options = new SamplingOptions { Temperature = 1 };
        var text = TextGenerator.Generate(_model, _tokenizer, "a", 60, options, seed: 1);
        manual_seed(99).Dispose();
        Assert.Equal(text, TextGenerator.Generate(_model, _tokenizer, "a", 60, options, seed: 1));
        Assert.NotEqual(text, TextGenerator.Generate(_model, _tokenizer, "a", 60, options, seed: 2));
        Assert.Equal(text, string.Concat(TextGenerator.Stream(_model, _tokenizer, "a", 60, options, seed: 1)));
    }

    [Fact]
    public void OnlyTheEndOfALongPromptCounts()
    {
        var tail = "0123456789abcdef";
        Assert.Equal(
            TextGenerator.Generate(_model, _tokenizer, tail, 20, Greedy),
            TextGenerator.Generate(_model, _tokenizer, "something else entirely " + tail, 20, Greedy)
        );
    }

    [Fact]
    public void TokensThatTheTokenizerLacksAreNeverWritten()
    {
        var tokenizer = CharacterTokenizer.FromText("abc");
        var text = TextGenerator.Generate(_model, tokenizer, "a", 300, new SamplingOptions { Temperature = 5 }, seed: 3);
        Assert.Equal(300, text.Length);
        Assert.Equal("abc", string.Concat(text.Distinct().Order()));
    }

    [Fact]
    public void TheModelIsInEvaluationModeAndKeepsItsOwn()
    {
        _model.train();
        var first = TextGenerator.Generate(_model, _tokenizer, "a", 30, Greedy);
        Assert.True(_model.training);
        Assert.Equal(first, TextGenerator.Generate(_model, _tokenizer, "a", 30, Greedy)); // dropout would differ
        _model.eval();
        Assert.Equal(first, TextGenerator.Generate(_model, _tokenizer, "a", 30, Greedy));
        Assert.False(_model.training);
    }

    [Fact]
    public void LiveTensorsStayConstantOverAThousandTokens()
    {
        _ = TextGenerator.Generate(_model, _tokenizer, "a", 20, Greedy);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Tensor.TotalCount;
        var counts = new HashSet<long>();
        var tokenizer = CharacterTokenizer.FromText("abcdefgh"); // a piece for every token
        var pieces = 0;
        foreach (var _ in TextGenerator.Stream(_model, tokenizer, "a", 1000, new SamplingOptions { TopK = 5, TopP = 0.9 }, seed: 5))
        {
            pieces++;
            counts.Add(Tensor.TotalCount);
        }

        Assert.Equal(1000, pieces);
        Assert.Equal([before], counts);
    }

    [Fact]
    public void BadRequestsAreRefusedAtOnce()
    {
        Assert.Contains(
            "prompt is empty",
            Assert.Throws<ModelGenException>(() => TextGenerator.Stream(_model, _tokenizer, "", 1, Greedy)).Message
        );
        using var small = new CharacterGpt(vocabulary: 100);
        Assert.Contains(
            "256 tokens, but CharacterGpt has 100",
            Assert.Throws<ModelGenException>(() => TextGenerator.Stream(small, _tokenizer, "a", 1, Greedy)).Message
        );
        Assert.Throws<ArgumentOutOfRangeException>(() => TextGenerator.Stream(_model, _tokenizer, "a", -1, Greedy));
        Assert.Equal("", TextGenerator.Generate(_model, _tokenizer, "a", 0, Greedy));
        Assert.Throws<OperationCanceledException>(() =>
            TextGenerator.Generate(_model, _tokenizer, "a", 1, Greedy, cancellationToken: new CancellationToken(canceled: true))
        );
    }
}
