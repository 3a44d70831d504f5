using ModelGen.Sampling;
using ModelGen.Tests.Models;
using ModelGen.Tokenization;
using static TorchSharp.torch;

namespace ModelGen.Tests.Sampling;

/// <summary>Texts with guesses are those without.</summary>
public sealed class SpeculationTests
{
    private readonly CharacterTokenizer _tokenizer = CharacterTokenizer.FromText("abcd", 5, (SpecialTokenRole.End, "<end>"));

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.7)]
    [InlineData(1.5)]
    public void ATextIsTheSameWithGuesses(double temperature)
    {
        using var model = Model(1, context: 16);
        using var small = Model(2, context: 12);
        using var draft = new DraftModel(small, count: 3);
        using var same = new DraftModel(model, count: 5);
        using var plain = new TextGenerator(model, _tokenizer);
        var options = new SamplingOptions
        {
            Temperature = temperature,
            RepetitionPenalty = 1.2,
            MinTokens = 8,
        };
        foreach (var speculation in new Speculation[] { new RepeatedPhrases(longest: 2, count: 4), new RepeatedPhrases(), draft, same })
        {
            using var generator = new TextGenerator(model, _tokenizer) { Speculation = speculation };
            for (var seed = 0UL; seed < 12; seed++)
            {
                Assert.Equal(plain.Generate("abcabcab", 40, options, seed), generator.Generate("abcabcab", 40, options, seed));
                Assert.Equal(
                    plain.Generate("d", 20, options with { PastContext = PastContext.Stop, Stop = ["cc"] }, seed),
                    generator.Generate("d", 20, options with { PastContext = PastContext.Stop, Stop = ["cc"] }, seed)
                );
            }
        }
    }

    /// <summary>
    /// The first two tokens of 4,000 texts, against their probabilities: χ² of 24 classes, of which 1 in 10,000 is above 60.
    /// </summary>
    [Fact]
    public void TextsWithGuessesHaveTheModelsDistribution()
    {
        const int Texts = 4000;
        using var model = Model(3, context: 16, scale: 2);
        using var generator = new TextGenerator(model, _tokenizer) { Speculation = new RepeatedPhrases() };
        var options = new SamplingOptions();
        var found = new Dictionary<(int, int), int>();
        for (var seed = 0UL; seed < Texts; seed++)
        {
            int[] tokens = [.. generator.StreamTokens("abab", 2, options, seed).Select(static token => token.Id), -1, -1];
            found[(tokens[0], tokens[1])] = found.GetValueOrDefault((tokens[0], tokens[1])) + 1;
        }

        using var decoder = new SequenceDecoder(model);
        using var start = decoder.Start(_tokenizer.Encode("abab"));
        var end = _tokenizer.IdOf(SpecialTokenRole.End)!.Value;
        var first = TokenSampler.Probabilities(start.Scores, options);
        var (chiSquare, total) = (0.0, 0.0);
        for (var one = 0; one < first.Length; one++)
        {
            if (one == end)
            {
                Add(first[one], found.GetValueOrDefault((-1, -1)));
                continue;
            }

            using var next = start.Fork();
            decoder.Append(next, one);
            var second = TokenSampler.Probabilities(next.Scores, options);
            for (var other = 0; other < second.Length; other++)
            {
                Add(first[one] * second[other], found.GetValueOrDefault((one, other == end ? -1 : other)));
            }
        }

        Assert.Equal(1, total, 6);
        Assert.InRange(chiSquare, 0, 60);

        void Add(double probability, int count)
        {
            total += probability;
            chiSquare += (count - (Texts * probability)) * (count - (Texts * probability)) / (Texts * probability);
        }
    }

    [Theory]
    [InlineData(new[] { 1, 2, 3, 1, 2 }, new[] { 3, 1, 2 })]
    [InlineData(new[] { 1, 2, 9, 5, 2, 8, 1, 2 }, new[] { 9, 5, 2, 8 })]
    [InlineData(new[] { 7, 2, 9, 5, 2, 8, 4, 2 }, new[] { 8, 4, 2 })]
    [InlineData(new[] { 1, 2, 3 }, new int[0])]
    [InlineData(new[] { 1 }, new int[0])]
    public void PhrasesGoOnAsTheyDidTheLastTime(int[] tokens, int[] guess) =>
        Assert.Equal(guess, new RepeatedPhrases(longest: 2, count: 4).Guess(tokens));

    private static CharacterGpt Model(int seed, int context, float scale = 5)
    {
        manual_seed(seed).Dispose();
        var model = new CharacterGpt(vocabulary: 5, context: context);
        using var noGrad = no_grad();
        foreach (var parameter in model.parameters())
        {
            parameter.mul_(scale);
        }

        model.eval();
        return model;
    }
}
