using ModelGen.RandomNumbers;

namespace ModelGen.Sampling;

/// <summary>Samples tokens from logits with its own random numbers: the same seed and the same logits give the same tokens.</summary>
public sealed class TokenSampler
{
    private readonly SamplingOptions _options;
    private readonly ulong _seed;
    private ulong _drawn;

    /// <summary>Creates a sampler.</summary>
    /// <param name="options">How to sample.</param>
    /// <param name="seed">The seed.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public TokenSampler(SamplingOptions options, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _options = options;
        _seed = seed;
    }

    /// <summary>
    /// The distribution that tokens are drawn from: softmax(logits / temperature), restricted to the top-k most likely tokens, then to the
    /// smallest set of most likely ones whose probabilities among these reach top-p (the nucleus: Holtzman et al. 2019, "The curious case
    /// of neural text degeneration"), and scaled to a sum of 1. Among equally likely tokens, the lower id counts as more likely.
    /// </summary>
    /// <param name="logits">A logit per token.</param>
    /// <param name="options">How to sample.</param>
    /// <returns>A probability per token; 1 for the most likely token if the temperature is 0.</returns>
    /// <exception cref="ArgumentException">There are no logits, or an option is out of range.</exception>
    /// <exception cref="ModelGenException">The logits are not finite.</exception>
    public static double[] Probabilities(ReadOnlySpan<float> logits, SamplingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        if (logits.IsEmpty)
        {
            throw new ArgumentException("There must be at least one logit.", nameof(logits));
        }

        var best = 0;
        for (var token = 0; token < logits.Length; token++)
        {
            if (!float.IsFinite(logits[token]))
            {
                throw new ModelGenException(
                    $"The model's logit for token {token} is {logits[token]}; its weights are damaged or its training diverged, so "
                        + "use another checkpoint."
                );
            }

            if (logits[token] > logits[best])
            {
                best = token;
            }
        }

        var probabilities = new double[logits.Length];
        if (options.Temperature == 0)
        {
            probabilities[best] = 1;
            return probabilities;
        }

        for (var token = 0; token < logits.Length; token++)
        {
            probabilities[token] = Math.Exp(((double)logits[token] - logits[best]) / options.Temperature);
        }

        if (options.TopK < logits.Length || options.TopP < 1)
        {
            Restrict(probabilities, logits, options);
        }

        var sum = probabilities.Sum();
        for (var token = 0; token < probabilities.Length; token++)
        {
            probabilities[token] /= sum;
        }

        return probabilities;
    }

    /// <summary>Draws the next token.</summary>
    /// <param name="logits">A logit per token.</param>
    /// <returns>The token's id.</returns>
    /// <exception cref="ModelGenException">The logits are not finite.</exception>
    public int Next(ReadOnlySpan<float> logits)
    {
        var probabilities = Probabilities(logits, _options);
        var point = CounterRandom.Uniform(_seed, CounterRandom.Stream.Sampling, _drawn++);
        var last = 0;
        double cumulative = 0;
        for (var token = 0; token < probabilities.Length; token++)
        {
            if (probabilities[token] == 0)
            {
                continue;
            }

            last = token;
            cumulative += probabilities[token];
            if (point < cumulative)
            {
                break;
            }
        }

        return last; // also where rounding leaves the sum just below the point
    }

    private static void Restrict(double[] weights, ReadOnlySpan<float> logits, SamplingOptions options)
    {
        var order = new int[weights.Length];
        var keys = new (float NegatedScore, int Token)[weights.Length];
        for (var token = 0; token < order.Length; token++)
        {
            order[token] = token;
            keys[token] = (-logits[token], token);
        }

        Array.Sort(keys, order);
        var kept = Math.Min(options.TopK ?? order.Length, order.Length);
        if (options.TopP is { } nucleus)
        {
            double among = 0;
            foreach (var token in order.AsSpan(0, kept))
            {
                among += weights[token];
            }

            double reached = 0;
            var size = 0;
            while (size < kept && reached < nucleus * among)
            {
                reached += weights[order[size++]];
            }

            kept = size;
        }

        foreach (var token in order.AsSpan(kept))
        {
            weights[token] = 0;
        }
    }
}
