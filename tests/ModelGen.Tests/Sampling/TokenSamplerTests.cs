using ModelGen.Sampling;
using ModelGen.Tokenization;

namespace ModelGen.Tests.Sampling;

public class TokenSamplerTests
{
    // softmax of these is 0.15, 0.5, 0.05, 0.3
    private static readonly float[] Logits = [.. new[] { 0.15, 0.5, 0.05, 0.3 }.Select(static p => (float)Math.Log(p) + 3)];

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.25)]
    [InlineData(0.8)]
    [InlineData(2.0)]
    public void TemperatureDividesTheScores(double temperature)
    {
        // softmax(log p / T) = p^(1/T) / Σ p^(1/T)
        var powers = new[] { 0.15, 0.5, 0.05, 0.3 }.Select(p => Math.Pow(p, 1 / temperature)).ToArray();
        AssertEqual([.. powers.Select(power => power / powers.Sum())], new SamplingOptions { Temperature = temperature });
    }

    [Fact]
    public void TemperatureZeroTakesTheMostLikelyAndOfEqualsTheFirst()
    {
        AssertEqual([0, 1, 0, 0], new SamplingOptions { Temperature = 0 });
        AssertEqual(
            [0, 1, 0, 0],
            new SamplingOptions
            {
                Temperature = 0,
                TopK = 3,
                TopP = 0.9,
            }
        );
        Assert.Equal([0, 1, 1.0 - 1, 0], TokenSampler.Probabilities([1, 2, 2, 0], new SamplingOptions { Temperature = 0 }));
    }

    [Fact]
    public void TopKKeepsTheMostLikelyAndScalesThem()
    {
        AssertEqual([0, 1, 0, 0], new SamplingOptions { TopK = 1 });
        AssertEqual([0, 0.5 / 0.8, 0, 0.3 / 0.8], new SamplingOptions { TopK = 2 });
        AssertEqual([0.15 / 0.95, 0.5 / 0.95, 0, 0.3 / 0.95], new SamplingOptions { TopK = 3 });
        AssertEqual([0.15, 0.5, 0.05, 0.3], new SamplingOptions { TopK = 4 });
        AssertEqual([0.15, 0.5, 0.05, 0.3], new SamplingOptions { TopK = 200 });
        Assert.Equal([0.5, 0, 0.5, 0], TokenSampler.Probabilities([1, 0, 1, 1], new SamplingOptions { TopK = 2 }));
    }

    [Fact]
    public void TopPKeepsTheSmallestSetThatReachesIt()
    {
        AssertEqual([0, 1, 0, 0], new SamplingOptions { TopP = 0.01 });
        AssertEqual([0, 1, 0, 0], new SamplingOptions { TopP = 0.49 });
        AssertEqual([0, 0.5 / 0.8, 0, 0.3 / 0.8], new SamplingOptions { TopP = 0.51 });
        AssertEqual([0.15 / 0.95, 0.5 / 0.95, 0, 0.3 / 0.95], new SamplingOptions { TopP = 0.81 });
        AssertEqual([0.15, 0.5, 0.05, 0.3], new SamplingOptions { TopP = 0.96 });
        AssertEqual([0.15, 0.5, 0.05, 0.3], new SamplingOptions { TopP = 1 });
    }

    [Fact]
    public void TopPIsMeasuredAfterTemperatureAndAmongTheTopK()
    {
        // Among the two most likely these are 0.625 and 0.375.
        AssertEqual([0, 1, 0, 0], new SamplingOptions { TopK = 2, TopP = 0.6 });
        AssertEqual([0, 0.625, 0, 0.375], new SamplingOptions { TopK = 2, TopP = 0.7 });

        // At temperature 0.5 the squares count: 0.25 of 0.365 for the most likely.
        AssertEqual([0, 1, 0, 0], new SamplingOptions { Temperature = 0.5, TopP = 0.68 });
        AssertEqual([0, 0.25 / 0.34, 0, 0.09 / 0.34], new SamplingOptions { Temperature = 0.5, TopP = 0.69 });
    }

    [Fact]
    public void MinPKeepsWhatIsLikelyEnoughBesideTheLikeliest()
    {
        // Nguyen et al. 2025: p ≥ min-p · max p, here 0.5 · min-p.
        AssertEqual([0.15, 0.5, 0.05, 0.3], new SamplingOptions { MinP = 0.09 });
        AssertEqual([0.15 / 0.95, 0.5 / 0.95, 0, 0.3 / 0.95], new SamplingOptions { MinP = 0.11 });
        AssertEqual([0, 0.5 / 0.8, 0, 0.3 / 0.8], new SamplingOptions { MinP = 0.31 });
        AssertEqual([0, 1, 0, 0], new SamplingOptions { MinP = 1 });

        // At temperature 2 the square roots count: sqrt(0.3 / 0.5) = 0.77.
        AssertEqual([0, 1, 0, 0], new SamplingOptions { Temperature = 2, MinP = 0.78 });
    }

    [Fact]
    public void TypicalPKeepsWhatIsAsInformativeAsExpected()
    {
        // Meister et al. 2023: the entropy is 1.142; −ln p differs from it by 0.755, 0.449, 1.854 and 0.062.
        AssertEqual([0, 0, 0, 1], new SamplingOptions { TypicalP = 0.29 });
        AssertEqual([0, 0.5 / 0.8, 0, 0.3 / 0.8], new SamplingOptions { TypicalP = 0.31 });
        AssertEqual([0, 0.5 / 0.8, 0, 0.3 / 0.8], new SamplingOptions { TypicalP = 0.79 });
        AssertEqual([0.15 / 0.95, 0.5 / 0.95, 0, 0.3 / 0.95], new SamplingOptions { TypicalP = 0.81 });
        AssertEqual([0.15, 0.5, 0.05, 0.3], new SamplingOptions { TypicalP = 0.96 });
    }

    [Fact]
    public void PenaltiesLowerTheScoresOfWhatHasOccurred()
    {
        float[] logits = [2, -1, 0.5f, 0];
        var options = new SamplingOptions
        {
            RepetitionPenalty = 1.25,
            PresencePenalty = 0.5,
            FrequencyPenalty = 0.125,
            TopK = 4,
        };
        var sampler = new TokenSampler(options with { Temperature = 0 }, seed: 1);
        sampler.Read([0, 1]);
        Assert.Equal(0, sampler.Next(logits)); // 1.6, −1.25, 0.5, 0
        Assert.Equal(0, sampler.Next(logits)); // 1.6 − 0.5 − 0.125
        Assert.Equal(0, sampler.Next(logits)); // 1.6 − 0.5 − 0.25
        float[] lower = [1.2f, -1, 0.5f, 0];
        Assert.Equal(2, sampler.Next(lower)); // 0.96 − 0.5 − 0.375 against 0.5

        var drawn = new TokenSampler(options, seed: 1);
        drawn.Read([0, 1]);
        AssertNear([1.6, -1.25, 0.5, 0], drawn.Probabilities(logits));
        var next = drawn.Next([-90, -90, 90, -90]);
        Assert.Equal(2, next);
        AssertNear([1.6, -1.25, 0.4 - 0.625, 0], drawn.Probabilities(logits));

        static void AssertNear(double[] scores, double[] probabilities)
        {
            var powers = Array.ConvertAll(scores, Math.Exp);
            Assert.Equal(Array.ConvertAll(powers, power => power / powers.Sum()), probabilities, static (left, right) =>
                Math.Abs(left - right) < 1e-9
            );
        }
    }

    [Fact]
    public void WhatIsKeptIsWhatSortingTheVocabularyKeeps()
    {
        var random = new Random(5);
        for (var i = 0; i < 300; i++)
        {
            // Many are equal, so that the order among them counts.
            var logits = new float[random.Next(1, 700)];
            for (var token = 0; token < logits.Length; token++)
            {
                logits[token] = random.Next(2) == 0 ? random.Next(-3, 4) : 4 * random.NextSingle();
            }

            var options = new SamplingOptions
            {
                Temperature = 0.5 + random.NextDouble(),
                TopK = random.Next(2) == 0 ? random.Next(1, 800) : null,
                TopP = random.Next(2) == 0 ? 1 - random.NextDouble() : null,
            };
            Assert.Equal(Sorted(logits, options), TokenSampler.Probabilities(logits, options), static (left, right) =>
                Math.Abs(left - right) < 1e-9 && (left == 0) == (right == 0)
            );
        }

        static double[] Sorted(float[] logits, SamplingOptions options)
        {
            var kept = logits
                .Select(static (logit, token) => (Logit: (double)logit, Token: token))
                .OrderByDescending(static pair => pair.Logit)
                .ThenBy(static pair => pair.Token)
                .Take(options.TopK ?? logits.Length)
                .ToList();
            var weights = kept.ConvertAll(pair => Math.Exp((pair.Logit - kept[0].Logit) / options.Temperature));
            var (sum, reached, count) = (weights.Sum(), 0.0, 0);
            while (count < kept.Count && reached < (options.TopP ?? 2) * sum)
            {
                reached += weights[count++];
            }

            var probabilities = new double[logits.Length];
            for (var i = 0; i < count; i++)
            {
                probabilities[kept[i].Token] = weights[i] / weights.Take(count).Sum();
            }

            return probabilities;
        }
    }

    [Fact]
    public void ExtremeScoresStayFinite()
    {
        AssertSum(TokenSampler.Probabilities([3e38f, -3e38f, 0], new SamplingOptions { Temperature = 1e-3, TopP = 0.9 }));
        AssertSum(TokenSampler.Probabilities([-3e38f, -3e38f], new SamplingOptions { Temperature = 100 }));

        static void AssertSum(double[] probabilities)
        {
            Assert.All(probabilities, static p => Assert.InRange(p, 0, 1));
            Assert.Equal(1, probabilities.Sum(), 1e-12);
        }
    }

    [Fact]
    public void DrawsFollowTheDistribution()
    {
        const int Draws = 50_000;
        foreach (
            var options in new SamplingOptions[]
            {
                new(),
                new() { Temperature = 0.7 },
                new() { TopK = 3 },
                new() { TopP = 0.7 },
                new() { MinP = 0.2 },
                new() { TypicalP = 0.9 },
            }
        )
        {
            var sampler = new TokenSampler(options, seed: 11);
            var counts = new int[Logits.Length];
            for (var draw = 0; draw < Draws; draw++)
            {
                counts[sampler.Next(Logits)]++;
            }

            var probabilities = TokenSampler.Probabilities(Logits, options);
            for (var token = 0; token < counts.Length; token++)
            {
                var deviation = Math.Sqrt(Draws * probabilities[token] * (1 - probabilities[token]));
                Assert.InRange(counts[token] - (Draws * probabilities[token]), -4.5 * deviation, 4.5 * deviation);
            }
        }
    }

    [Fact]
    public void TheSeedDecidesTheDraws()
    {
        Assert.Equal(Draw(1), Draw(1));
        Assert.NotEqual(Draw(1), Draw(2));

        static int[] Draw(ulong seed)
        {
            var sampler = new TokenSampler(new SamplingOptions(), seed);
            return [.. Enumerable.Range(0, 100).Select(_ => sampler.Next(Logits))];
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void ScoresThatAreNoNumbersAreRefused(float score) =>
        Assert.Contains(
            "token 1",
            Assert.Throws<ModelGenException>(() => TokenSampler.Probabilities([0, score], new SamplingOptions())).Message
        );

    [Fact]
    public void OptionsOutOfRangeAreRefused()
    {
        Assert.Throws<ArgumentException>(() => new TokenSampler(new SamplingOptions { Temperature = -0.1 }, 0));
        Assert.Throws<ArgumentException>(() => new TokenSampler(new SamplingOptions { Temperature = double.NaN }, 0));
        Assert.Throws<ArgumentException>(() => new TokenSampler(new SamplingOptions { TopK = 0 }, 0));
        Assert.Throws<ArgumentException>(() => new TokenSampler(new SamplingOptions { TopP = 0 }, 0));
        Assert.Throws<ArgumentException>(() => new TokenSampler(new SamplingOptions { TopP = 1.01 }, 0));
        Assert.Throws<ArgumentException>(() => new TokenSampler(new SamplingOptions { MinP = 0 }, 0));
        Assert.Throws<ArgumentException>(() => new TokenSampler(new SamplingOptions { TypicalP = 1.5 }, 0));
        Assert.Throws<ArgumentException>(() => new TokenSampler(new SamplingOptions { RepetitionPenalty = 0 }, 0));
        Assert.Throws<ArgumentException>(() => new TokenSampler(new SamplingOptions { PresencePenalty = double.NaN }, 0));
        Assert.Throws<ArgumentException>(() => new TokenSampler(new SamplingOptions { FrequencyPenalty = -101 }, 0));
        Assert.Throws<ArgumentException>(() => TokenSampler.Probabilities([], new SamplingOptions()));
    }

    private static void AssertEqual(double[] expected, SamplingOptions options) =>
        Assert.Equal(expected, TokenSampler.Probabilities(Logits, options), static (left, right) =>
            Math.Abs(left - right) < 1e-6 && (left == 0) == (right == 0)
        );

    /// <summary>z + bias, then softmax: 0.15, 0.5 e^-2, 0.05 e^1.5, 0.3 by their sum.</summary>
    [Fact]
    public void ABiasIsAddedToTheScoresOfItsTokens()
    {
        var tokenizer = CharacterTokenizer.FromText("abcd");
        var options = new SamplingOptions
        {
            LogitBias = new Dictionary<string, double> { ["b"] = -2, ["c"] = 1.5 },
        };
        double[] weights = [0.15, 0.5 * Math.Exp(-2), 0.05 * Math.Exp(1.5), 0.3];

        var found = new TokenSampler(options, 1, tokenizer).Probabilities(Logits);

        Assert.All(found.Zip(weights), pair => Assert.Equal(pair.Second / weights.Sum(), pair.First, 6));
        Assert.Equal(
            "The logit bias names 'ab', which the tokenizer writes with 2 tokens; name a text that is one token.",
            Assert
                .Throws<ModelGenException>(() =>
                    new TokenSampler(options with { LogitBias = new Dictionary<string, double> { ["ab"] = 1 } }, 1, tokenizer)
                )
                .Message
        );
        Assert.Throws<ArgumentException>(() => new TokenSampler(options, 1));
    }

    [Fact]
    public void TheEndComesNoEarlierThanItMay()
    {
        var tokenizer = CharacterTokenizer.FromText("abc", 4, (SpecialTokenRole.End, "<end>"));
        var end = tokenizer.IdOf(SpecialTokenRole.End)!.Value;
        var sampler = new TokenSampler(new SamplingOptions { MinTokens = 2, Temperature = 0 }, 1, tokenizer);
        float[] logits = [1, 2, 1.5f, 0];
        logits[end] = 9;

        Assert.Equal(logits.Index().Where(pair => pair.Index != end).MaxBy(static pair => pair.Item).Index, sampler.Next(logits));
        Assert.NotEqual(end, sampler.Next(logits));
        Assert.Equal(end, sampler.Next(logits));
    }

    [Theory]
    [InlineData(-1, null)]
    [InlineData(3, 2)]
    [InlineData(0, 0)]
    public void LengthsThatContradictAreRefused(int least, int? most) =>
        Assert.Throws<ArgumentException>(() => new TokenSampler(new SamplingOptions { MinTokens = least, MaxTokens = most }, 1));

    [Fact]
    public void TheLikeliestTokensComeFirstAndOfEqualsTheLowerId()
    {
        Assert.Equal([3, 1, 2], LogProbabilities.Likeliest([1, 2, 2, 5, 2], 3));
        Assert.Equal([], LogProbabilities.Likeliest([1, 2], 0));
        Assert.Equal([1, 0], LogProbabilities.Likeliest([1, 2], 9));
        Assert.Equal(Math.Log(Math.Exp(1) + Math.Exp(2)), LogProbabilities.Normaliser([1, 2]), 12);
    }
}
