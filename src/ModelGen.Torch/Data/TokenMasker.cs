using ModelGen.Objectives;
using ModelGen.RandomNumbers;
using ModelGen.Tokenization;
using static TorchSharp.torch;

namespace ModelGen.Data;

/// <summary>
/// Draws the tokens of sequences that are to be predicted: 80 % of those become the mask token, 10 % a random token and 10 % stay as they
/// are (Devlin et al. 2019, section 3.1). The draws of a sequence depend on the seed and its number alone.
/// </summary>
/// <remarks>Without whole words, a sequence of a length always has as many.</remarks>
/// <param name="options">How many, and whether in spans.</param>
/// <param name="mask">The id of the mask token.</param>
/// <param name="replacements">The ids of the tokens that may replace one.</param>
/// <param name="words">Which tokens are drawn together; null for each by itself.</param>
internal sealed class TokenMasker(MaskedTokenOptions options, int mask, IReadOnlyList<int> replacements, WordTable? words)
{
    private const double Masked = 0.8;
    private const double Replaced = 0.1;

    /// <summary>Draws the tokens to be predicted.</summary>
    /// <param name="tokens">int64 [sequences, T], disposed here.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <param name="first">The number of the first sequence.</param>
    public TokenMask Draw(Tensor tokens, ulong seed, long first)
    {
        using (tokens)
        {
            var drawn = new Drawn(tokens);
            Draw(drawn, seed, first);
            return new TokenMask(
                tensor(drawn.Tokens, tokens.shape, device: tokens.device),
                tensor(drawn.Positions.ToArray(), device: tokens.device),
                tensor(drawn.Targets.ToArray(), device: tokens.device)
            );
        }
    }

    /// <summary>The number of tokens that <see cref="Draw(Tensor, ulong, long)"/> would draw.</summary>
    /// <param name="tokens">int64 [sequences, T], disposed here.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <param name="first">The number of the first sequence.</param>
    public long Count(Tensor tokens, ulong seed, long first)
    {
        using (tokens)
        {
            var drawn = new Drawn(tokens);
            Draw(drawn, seed, first);
            return drawn.Positions.Count;
        }
    }

    private void Draw(Drawn drawn, ulong seed, long first)
    {
        for (var row = 0; row < drawn.Rows; row++)
        {
            Draw(drawn, row, new Draws(CounterRandom.Bits(seed, CounterRandom.Stream.Masking, (ulong)(first + row))));
        }
    }

    // Spans begin at the sequence's words, or tokens, in random order, and end before one that is chosen already or has too many tokens.
    private void Draw(Drawn drawn, int row, Draws draws)
    {
        var bounds = Bounds(drawn.Tokens.AsSpan(row * drawn.Length, drawn.Length));
        var count = bounds.Length - 1;
        var quota = Math.Max(1, (int)Math.Round(options.Rate * drawn.Length));
        var left = quota;
        var order = new RandomPermutation(draws.Bits(), count);
        var isChosen = new bool[count];
        for (var i = 0; i < count && left > 0; i++)
        {
            var end = Math.Min(order[i] + draws.Length(options.Span), count);
            var (kind, replacement) = (draws.Uniform(), draws.Bits());
            for (var word = (int)order[i]; word < end && !isChosen[word] && left > 0; word++)
            {
                var (start, length) = (bounds[word], bounds[word + 1] - bounds[word]);
                if (length > left && left < quota)
                {
                    break;
                }

                isChosen[word] = true;
                left -= length;
                for (var place = (row * drawn.Length) + start; length > 0; place++, length--)
                {
                    drawn.Positions.Add(place);
                    drawn.Targets.Add(drawn.Tokens[place]);
                    if (kind < Masked)
                    {
                        drawn.Tokens[place] = mask;
                    }
                    else if (kind < Masked + Replaced)
                    {
                        replacement = CounterRandom.Mix(replacement);
                        drawn.Tokens[place] = replacements[(int)CounterRandom.Below(replacement, replacements.Count)];
                    }
                }
            }
        }
    }

    private int[] Bounds(ReadOnlySpan<long> tokens) => words?.Bounds(tokens) ?? [.. Enumerable.Range(0, tokens.Length + 1)];

    // The sequences on the CPU, and what was drawn of them so far.
    private sealed class Drawn
    {
        public Drawn(Tensor tokens)
        {
            using var onCpu = tokens.cpu();
            using var inOrder = onCpu.contiguous();
            Tokens = inOrder.data<long>().ToArray();
            (Rows, Length) = ((int)tokens.size(0), (int)tokens.size(1));
        }

        public long[] Tokens { get; }

        public int Rows { get; }

        public int Length { get; }

        public List<long> Positions { get; } = [];

        public List<long> Targets { get; } = [];
    }

    // One sequence's random numbers.
    private sealed class Draws(ulong seed)
    {
        private ulong _index;

        public ulong Bits() => CounterRandom.Bits(seed, CounterRandom.Stream.Masking, _index++);

        public double Uniform() => CounterRandom.Uniform(seed, CounterRandom.Stream.Masking, _index++);

        // Geometric, by inversion: P(length > n) = (1 − 1/mean)ⁿ.
        public long Length(double mean) =>
            mean == 1 ? 1 : 1 + (long)Math.Min(Math.Log(1 - Uniform()) / Math.Log(1 - (1 / mean)), int.MaxValue);
    }
}
