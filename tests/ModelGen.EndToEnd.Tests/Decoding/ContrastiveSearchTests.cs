using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.Models;
using ModelGen.Sampling;
using ModelGen.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Decoding;

/// <summary>Contrastive search against one that computes the whole window anew for each candidate.</summary>
public sealed class ContrastiveSearchTests
{
    private const int Vocabulary = 23;

    private const string Blocks =
        "residual: [layer-norm, self-attention: { heads: 3, causal: true }], residual: [rms-norm, linear: 30, gelu, linear: 24]";

    // Hidden states after a norm and without one, with the vectors of the vocabulary, others, and a bias.
    private static readonly string[] Networks =
    [
        $"[embed: {{ width: 24, positions: learned }}, {Blocks}, layer-norm, unembed]",
        $"[embed: {{ width: 24, positions: sinusoidal }}, {Blocks}, unembed: {{ tied: false }}]",
        $"[embed: 24, {Blocks.Replace("causal: true", "causal: true, positions: rotary, key-value-heads: 1")}, rms-norm, linear: 7, tanh, "
            + "dropout: 0.5, linear: 23]",
    ];

    private static readonly CharacterTokenizer Characters = CharacterTokenizer.FromText(
        "abcdefghijklmnopqrstuv",
        Vocabulary,
        (SpecialTokenRole.End, "<end>")
    );

    private static readonly int End = Characters.IdOf(SpecialTokenRole.End)!.Value;

    private static readonly (int Candidates, double Penalty)[] Choices =
    [
        (4, 0.6),
        (3, 0),
        (5, 1),
        (Vocabulary + 9, 0.9),
        (1, 0.7),
        (2, 0.3),
    ];

    /// <summary>With prompts shorter and longer than the window, on past its end.</summary>
    [Theory]
    [InlineData(0, 13)]
    [InlineData(1, 13)]
    [InlineData(2, 13)]
    [InlineData(0, 1)]
    [InlineData(1, 3)]
    public void TokensAreThoseOfASearchThatRecomputesAll(int network, int context)
    {
        using var model = Language(Networks[network], context);
        using var direct = new SequenceDecoder(model, isDirect: true);
        using var byTensors = new SequenceDecoder(model, isDirect: false);
        var hidden = new HiddenStates(model);
        var random = new Random(network);
        foreach (var (candidates, penalty) in Choices)
        {
            var options = new ContrastiveSearchOptions { Candidates = candidates, Penalty = penalty };
            foreach (var length in new[] { 1, 13, 20 })
            {
                int[] prompt = [.. Enumerable.Range(0, length).Select(_ => random.Next(Vocabulary))];

                var expected = Slowly(model, hidden, prompt, 18, options);

                Assert.Equal(expected, new ContrastiveSearch(direct, End, 18, options).Found(prompt, default));
                Assert.Equal(expected, new ContrastiveSearch(byTensors, End, 18, options).Found(prompt, default));
            }
        }
    }

    [Fact]
    public void TextsEndWithTheEndTokenOrTheirCount()
    {
        using var model = Language(Networks[0], 13);
        using var generator = new TextGenerator(model, Characters);
        var hidden = new HiddenStates(model);
        var options = new ContrastiveSearchOptions { Candidates = 5, Penalty = 0.7 };
        var lengths = new List<int>();
        foreach (var prompt in Enumerable.Range('a', 22).Select(static letter => $"b{(char)letter}"))
        {
            var text = generator.Search(prompt, 20, options);

            Assert.Equal(Characters.Decode(Slowly(model, hidden, Characters.Encode(prompt), 20, options)), text);
            Assert.Equal(text, generator.Search(prompt, 20, options));
            lengths.Add(text.Length);
        }

        Assert.Contains(20, lengths);
        Assert.Contains(lengths, static length => length < 20);
        Assert.All(lengths, static length => Assert.InRange(length, 0, 20));
    }

    [Fact]
    public void WithoutAPenaltyTheLikeliestIsTaken()
    {
        using var model = Language(Networks[0], 13);
        using var generator = new TextGenerator(model, Characters);
        foreach (var prompt in new[] { "a", "hello", "abcdefghijklmnopqrstuv" })
        {
            var likeliest = generator.Generate(prompt, 40, new SamplingOptions { Temperature = 0 });

            Assert.Equal(likeliest, generator.Search(prompt, 40, new ContrastiveSearchOptions { Penalty = 0 }));
            Assert.Equal(likeliest, generator.Search(prompt, 40, new ContrastiveSearchOptions { Candidates = 1, Penalty = 1 }));
            Assert.NotEqual(likeliest, generator.Search(prompt, 40, new ContrastiveSearchOptions()));
        }
    }

    [Fact]
    public void WhatCannotBeSearchedIsRefused()
    {
        using var model = Language(Networks[0], 13);
        using var generator = new TextGenerator(model, Characters);
        var options = new ContrastiveSearchOptions();

        Assert.Contains("at least 1 candidate, not 0", Refused(options with { Candidates = 0 }), StringComparison.Ordinal);
        Assert.Contains("from 0 to 1, not -0.1", Refused(options with { Penalty = -0.1 }), StringComparison.Ordinal);
        Assert.Contains("from 0 to 1, not 1.01", Refused(options with { Penalty = 1.01 }), StringComparison.Ordinal);
        Assert.Contains("from 0 to 1, not NaN", Refused(options with { Penalty = double.NaN }), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => generator.Search("a", 0, options));
        Assert.Throws<ModelGenException>(() => generator.Search("", 3, options));

        string Refused(ContrastiveSearchOptions wrong) => Assert.Throws<ArgumentException>(() => generator.Search("a", 3, wrong)).Message;
    }

    [Theory]
    [InlineData(
        "[embed: 8, module: { type: ModelGen.EndToEnd.Tests.Decoding.Shifted, output: [T, 8], causal: true }, unembed]",
        "Writer.CanStep is false"
    )]
    [InlineData("[embed: 8, self-attention: { heads: 2, causal: true }, linear: 23, tanh]", "Writer ends with another one")]
    public void AModelWithoutHiddenStatesSaysSo(string network, string reason)
    {
        using var model = Language(network, 13);
        using var generator = new TextGenerator(model, Characters);
        var before = Tensor.TotalCount;

        var message = Assert.Throws<ModelGenException>(() => generator.Search("ab", 3, new ContrastiveSearchOptions())).Message;

        Assert.StartsWith("Contrastive search needs the hidden state of each token", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.Equal(before, Tensor.TotalCount);
        Assert.Equal(
            3,
            generator.Generate("ab", 3, new SamplingOptions { LogitBias = new Dictionary<string, double> { ["<end>"] = -100 } }).Length
        );
    }

    [Fact]
    public void ASearchLeavesNothingBehind()
    {
        foreach (var isDirect in new[] { true, false })
        {
            using var model = Language(Networks[1], 13);
            using var decoder = new SequenceDecoder(model, isDirect);
            var search = new ContrastiveSearch(decoder, end: null, 40, new ContrastiveSearchOptions());

            // The first one packs the weights.
            Assert.Equal(40, search.Found([1, 2, 3], default).Length);
            var before = Tensor.TotalCount;
            Assert.Equal(40, new ContrastiveSearch(decoder, null, 40, new ContrastiveSearchOptions()).Found([3, 2], default).Length);
            Assert.Equal(before, Tensor.TotalCount);

            // What the first text has left behind is nothing to the next one.
            Assert.Equal(
                new ContrastiveSearch(decoder, null, 40, new ContrastiveSearchOptions()).Found([3, 2], default),
                search.Found([3, 2], default)
            );
            Assert.Throws<OperationCanceledException>(() => search.Found([1], new CancellationToken(canceled: true)));
            using var stop = new CancellationTokenSource();
            stop.CancelAfter(TimeSpan.FromMilliseconds(50));
            Assert.Throws<OperationCanceledException>(() =>
                new ContrastiveSearch(decoder, null, int.MaxValue, new ContrastiveSearchOptions()).Found([1], stop.Token)
            );
            Assert.Equal(before, Tensor.TotalCount);
        }
    }

    private static int[] Slowly(LanguageModel model, HiddenStates states, int[] prompt, int count, ContrastiveSearchOptions options)
    {
        var found = new List<int>();
        int[] window = [.. prompt.TakeLast(model.ContextLength)];
        while (found.Count < count)
        {
            var (scores, _) = states.Of(window);
            var (best, next, highest) = (-1, window, double.NegativeInfinity);
            foreach (var token in Enumerable.Range(0, Vocabulary).OrderByDescending(token => scores[token]).Take(options.Candidates))
            {
                int[] longer =
                    window.Length < model.ContextLength
                        ? [.. window, token]
                        : [.. window.TakeLast(Math.Max(1, model.ContextLength / 2) - 1), token];
                var (_, hidden) = states.Of(longer);
                var likeness = hidden[..^1].Select(other => Cosine(other, hidden[^1])).DefaultIfEmpty(0).Max();
                var probability = Math.Exp(scores[token]) / scores.Sum(static score => Math.Exp(score));
                var value = ((1 - options.Penalty) * probability) - (options.Penalty * likeness);
                if (value > highest)
                {
                    (best, next, highest) = (token, longer, value);
                }
            }

            if (best == End)
            {
                break;
            }

            found.Add(best);
            window = next;
        }

        return [.. found];
    }

    private static double Cosine(double[] a, double[] b) =>
        a.Zip(b, static (x, y) => x * y).Sum() / Math.Sqrt(a.Sum(static x => x * x) * b.Sum(static x => x * x));

    private static LanguageModel Language(string network, int context)
    {
        var model = SpecAssembly
            .Compile(
                $"""
                model: Writer
                family: transformer
                data: {"{"} tokens: {"{"} vocabulary: 23, context: {context}, tokenizer: characters, end-token: <end> {"}"} {"}"}
                network: {network}
                objective: next-token
                """
            )
            .Create<LanguageModel>(seed: 6);

        // What an untrained model says should depend on what it has read.
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach (var parameter in model.parameters())
        {
            parameter.mul_(2.5);
        }

        model.eval();
        return model;
    }

    /// <summary>Sees what the last linear map of a model reads, whenever the model is computed as a whole.</summary>
    private sealed class HiddenStates
    {
        private readonly LanguageModel _model;
        private double[][] _last = [];

        public HiddenStates(LanguageModel model)
        {
            _model = model;

            // Without a module of its own, that map has the weights of the embedding, and reads what the norm gives.
            var last = (nn.Module<Tensor, Tensor>)model.named_children().Last().module;
            var isNorm = last is TorchSharp.Modules.LayerNorm;
            last.register_forward_hook(
                (_, input, output) =>
                {
                    var states = (isNorm ? output : input)[0].to(ScalarType.Float64).contiguous();
                    var width = (int)states.size(1);
                    _last = [.. states.data<double>().ToArray().Chunk(width)];
                    return output;
                }
            );
        }

        public (double[] Scores, double[][] Hidden) Of(int[] window)
        {
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            var tokens = tensor(Array.ConvertAll(window, static token => (long)token), [1, window.Length]);
            var scores = _model.call(tokens)[0, -1].to(ScalarType.Float64).contiguous().data<double>().ToArray();
            return (scores, _last);
        }
    }
}
