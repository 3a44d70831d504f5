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

    [Fact]
    public void ATextIsTheSameAloneAndAmongOthers()
    {
        using var generator = new TextGenerator(_model, _tokenizer);
        string[] prompts = ["a", "The start", "a", "0123456789abcdefghij", "b"];
        ulong[] seeds = [1, 2, 3, 4, 1];
        var options = new SamplingOptions { Temperature = 0.9, RepetitionPenalty = 1.1 };

        var together = generator.Generate(prompts, 40, options, seeds);

        Assert.Equal(prompts.Zip(seeds, (prompt, seed) => generator.Generate(prompt, 40, options, seed)), together);
        Assert.NotEqual(together[0], together[2]);
        Assert.Equal([], generator.Generate([], 40, options, []));
    }

    [Fact]
    public async Task StreamingGivesTheSameText()
    {
        using var generator = new TextGenerator(_model, _tokenizer);
        var options = new SamplingOptions { Temperature = 2 };
        var text = generator.Generate("a", 50, options, seed: 6);
        var pieces = new List<string>();
        await foreach (var piece in generator.StreamAsync("a", 50, options, seed: 6))
        {
            pieces.Add(piece);
        }

        var stream = generator.Stream("a", 50, options, seed: 6);
        var tokens = generator.StreamTokens("a", 50, options, seed: 6, alternatives: 3).ToList();

        // Enumerated twice, it is the same text twice.
        Assert.Equal(text, string.Concat(stream));
        Assert.Equal(text, string.Concat(stream));

        Assert.Equal(text, string.Concat(pieces));
        Assert.Equal(text, string.Concat(tokens.Select(static token => token.Piece)));
        Assert.Equal(50, tokens.Count);
        Assert.All(tokens, token =>
        {
            Assert.Equal(3, token.Alternatives.Count);
            Assert.InRange(token.LogProbability, double.MinValue, token.Alternatives[0].LogProbability);
            Assert.True(token.Alternatives[0].LogProbability >= token.Alternatives[1].LogProbability);
        });
        using var cancelled = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in generator.StreamAsync("a", 50, options, seed: 6, cancelled.Token))
            {
                await cancelled.CancelAsync();
            }
        });
    }

    /// <summary>ln softmax of the scores of the whole window.</summary>
    [Fact]
    public void TokensAreToldWithTheirProbabilities()
    {
        using var scope = NewDisposeScope();
        using var generator = new TextGenerator(_model, _tokenizer);
        _model.eval();
        var window = new List<long> { 'a' };
        foreach (var token in generator.StreamTokens("a", 10, new SamplingOptions { Temperature = 3 }, seed: 2))
        {
            var expected = _model.call(tensor(window.ToArray(), [1, window.Count]))[0, -1].log_softmax(-1)[token.Id].item<float>();
            Assert.Equal(expected, token.LogProbability, 4);
            window.Add(token.Id);
        }
    }

    [Fact]
    public void ATextEndsWhereItsOptionsSay()
    {
        using var generator = new TextGenerator(_model, _tokenizer);
        var options = new SamplingOptions { Temperature = 2 };
        var tokenizer = CharacterTokenizer.FromText("abcdefgh");
        using var letters = new TextGenerator(_model, tokenizer);
        var text = letters.Generate("a", 60, options, seed: 4);
        var stop = text.Substring(20, 2);

        Assert.Equal(
            text[..text.IndexOf(stop, StringComparison.Ordinal)],
            letters.Generate("a", 60, options with { Stop = [stop] }, seed: 4)
        );
        Assert.Equal(text[..7], letters.Generate("a", 60, options with { MaxTokens = 7 }, seed: 4));
        Assert.Equal(text[..5], letters.Generate("a", 5, options with { MaxTokens = 7 }, seed: 4));

        // The window holds 16; the last token is not read any more.
        Assert.Equal(text[..16], letters.Generate("a", 60, options with { PastContext = PastContext.Stop }, seed: 4));
        Assert.Equal([text[..16], text[..16]], letters.Generate(["a", "a"], 60, options with { PastContext = PastContext.Stop }, [4, 4]));
    }
}
