using ModelGen.Constraints;
using ModelGen.RandomNumbers;
using ModelGen.Sampling;
using ModelGen.Tokenization;

namespace ModelGen.Tests.Constraints;

/// <summary>Writes texts as a model that knows nothing does: with scores at random.</summary>
internal static class RandomWriter
{
    /// <summary>Writes a text.</summary>
    /// <param name="constraint">What it must be.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="count">How many tokens it has at most.</param>
    /// <param name="seed">The same seed gives the same text.</param>
    /// <param name="options">How else tokens are chosen.</param>
    public static string Write(TextConstraint constraint, Tokenizer tokenizer, int count, ulong seed, SamplingOptions? options = null) =>
        tokenizer.Decode(Tokens(constraint, tokenizer, count, seed, options));

    /// <summary>Writes the tokens of a text.</summary>
    public static int[] Tokens(TextConstraint constraint, Tokenizer tokenizer, int count, ulong seed, SamplingOptions? options = null)
    {
        var sampler = new TokenSampler((options ?? new SamplingOptions()) with { Constraint = constraint }, seed, tokenizer, count);
        var end = tokenizer.IdOf(SpecialTokenRole.End);
        var tokens = new List<int>();
        var logits = new float[tokenizer.VocabularySize];
        while (!sampler.IsComplete)
        {
            for (var token = 0; token < logits.Length; token++)
            {
                logits[token] =
                    (float)CounterRandom.Uniform(seed, CounterRandom.Stream.Sampling, (ulong)((tokens.Count * 1000) + token)) * 4;
            }

            var next = sampler.Next(logits);
            if (next == end)
            {
                break;
            }

            tokens.Add(next);
        }

        return [.. tokens];
    }
}
