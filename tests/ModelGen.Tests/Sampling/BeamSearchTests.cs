using ModelGen.Sampling;
using ModelGen.Tests.Models;
using ModelGen.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Sampling;

/// <summary>Beam search against a look at every text that there is.</summary>
public sealed class BeamSearchTests
{
    private const int Count = 4;

    private readonly CharacterTokenizer _tokenizer = CharacterTokenizer.FromText("abc", 4, (SpecialTokenRole.End, "<end>"));
    private readonly int _end;

    public BeamSearchTests() => _end = _tokenizer.IdOf(SpecialTokenRole.End)!.Value;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(0.6)]
    [InlineData(2)]
    [InlineData(-1)]
    public void AsManyBeamsAsTextsFindTheBest(double penalty)
    {
        for (var seed = 1; seed <= 4; seed++)
        {
            using var model = Model(seed);
            using var generator = new TextGenerator(model, _tokenizer);
            var all = Every(model, penalty);

            foreach (var results in new[] { 1, 5, 1000 })
            {
                var found = generator.Search(
                    "ab",
                    Count,
                    new BeamSearchOptions
                    {
                        Beams = 200,
                        Results = results,
                        LengthPenalty = penalty,
                    }
                );
                Assert.Equal(Math.Min(results, all.Count), found.Count);
                Assert.All(found.Zip(all), pair =>
                {
                    Assert.Equal(pair.Second.Score, pair.First.Score, tolerance: 1e-3);
                    Assert.Contains(all, text => text.Text == pair.First.Text && Math.Abs(text.Score - pair.First.Score) < 1e-3);
                });
                Assert.Equal(found.Count, found.DistinctBy(static text => (text.Text, text.LogProbability)).Count());
            }
        }
    }

    /// <summary>Few beams find texts with their right probabilities, none better than the best.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void FewBeamsFindTextsThatAreThere(int beams)
    {
        using var model = Model(7);
        using var generator = new TextGenerator(model, _tokenizer);
        var all = Every(model, 1);

        var found = generator.Search("ab", Count, new BeamSearchOptions { Beams = beams, Results = 3 });

        Assert.All(found, text => Assert.Contains(all, other => other.Text == text.Text && Math.Abs(other.Score - text.Score) < 1e-4));
        Assert.Equal(found.OrderByDescending(static text => text.Score), found);
    }

    [Fact]
    public void WhatCannotBeSearchedIsRefused()
    {
        using var model = Model(1);
        using var generator = new TextGenerator(model, _tokenizer);

        Assert.Throws<ArgumentException>(() => generator.Search("a", 3, new BeamSearchOptions { Beams = 0 }));
        Assert.Throws<ArgumentException>(() => generator.Search("a", 3, new BeamSearchOptions { LengthPenalty = double.NaN }));
        Assert.Throws<ArgumentOutOfRangeException>(() => generator.Search("a", 0, new BeamSearchOptions()));
        Assert.Throws<OperationCanceledException>(() =>
            generator.Search("a", 3, new BeamSearchOptions(), new CancellationToken(canceled: true))
        );
    }

    // Every text of up to four tokens that ends, and every one of four that does not, the best first.
    private List<(string Text, double Score)> Every(CharacterGpt model, double penalty)
    {
        var texts = new List<(string, double)>();
        using var noGrad = no_grad();
        Go([.. _tokenizer.Encode("ab").Select(static token => (long)token)], "", 0, 1);
        return [.. texts.OrderByDescending(static text => text.Item2)];

        void Go(List<long> window, string text, double probability, int length)
        {
            using var scope = NewDisposeScope();
            var next = model.call(tensor(window.ToArray(), [1, window.Count]))[0, -1].log_softmax(-1).data<float>().ToArray();
            for (var token = 0; token < next.Length; token++)
            {
                var sum = probability + next[token];
                var longer = token == _end ? text : text + _tokenizer.Decode([token]);
                if (token == _end || length == Count)
                {
                    texts.Add((longer, sum / Math.Pow(length, penalty)));
                }
                else
                {
                    Go([.. window, token], longer, sum, length + 1);
                }
            }
        }
    }

    private static CharacterGpt Model(int seed)
    {
        manual_seed(seed).Dispose();
        var model = new CharacterGpt(vocabulary: 4, context: 16);
        using var noGrad = no_grad();
        foreach (var parameter in model.parameters())
        {
            parameter.mul_(6);
        }

        model.eval();
        return model;
    }
}
