using ModelGen.Objectives;
using ModelGen.RandomNumbers;
using static TorchSharp.torch;

namespace ModelGen.Data;

/// <summary>
/// Sequences of tokens some of which are to be predicted: 80 % of those are the mask token, 10 % a random token and 10 % unchanged (Devlin
/// et al. 2019, section 3.1). A sequence of a length always has as many, so the mean over the parts of a batch is the mean over the batch.
/// </summary>
/// <param name="inputs">The sequences as the model sees them: int64 [sequences, T].</param>
/// <param name="positions">Where the tokens to be predicted are in the flattened sequences: int64 [predicted].</param>
/// <param name="targets">The tokens to be predicted: int64 [predicted].</param>
internal sealed class TokenMask(Tensor inputs, Tensor positions, Tensor targets) : IDisposable
{
    private const double Masked = 0.8;
    private const double Replaced = 0.1;

    public Tensor Inputs { get; } = inputs;

    public Tensor Positions { get; } = positions;

    public Tensor Targets { get; } = targets;

    /// <summary>Draws the tokens to be predicted; the draws of a sequence depend on the seed and its number alone.</summary>
    /// <param name="tokens">int64 [sequences, T], disposed here.</param>
    /// <param name="options">How many, and whether in spans.</param>
    /// <param name="mask">The id of the mask token.</param>
    /// <param name="replacements">The ids of the tokens that may replace one.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <param name="first">The number of the first sequence.</param>
    public static TokenMask Draw(
        Tensor tokens,
        MaskedTokenOptions options,
        int mask,
        IReadOnlyList<int> replacements,
        ulong seed,
        long first
    )
    {
        using (tokens)
        {
            using var onCpu = tokens.cpu();
            var inputs = onCpu.contiguous().data<long>().ToArray();
            var (rows, length) = ((int)tokens.size(0), (int)tokens.size(1));
            var count = Math.Max(1, (int)Math.Round(options.Rate * length));
            var (positions, targets) = (new long[rows * count], new long[rows * count]);
            for (var row = 0; row < rows; row++)
            {
                var places = positions.AsSpan(row * count, count);
                var draws = new Draws(CounterRandom.Bits(seed, CounterRandom.Stream.Masking, (ulong)(first + row)));
                Choose(inputs.AsSpan(row * length, length), places, targets.AsSpan(row * count, count), options, mask, replacements, draws);
                foreach (ref var place in places)
                {
                    place += row * length;
                }
            }

            return new TokenMask(
                tensor(inputs, [rows, length], device: tokens.device),
                tensor(positions, device: tokens.device),
                tensor(targets, device: tokens.device)
            );
        }
    }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Inputs.Dispose();
        Positions.Dispose();
        Targets.Dispose();
    }

    // Spans begin at the sequence's positions in random order, and end before one that is chosen already.
    private static void Choose(
        Span<long> tokens,
        Span<long> positions,
        Span<long> targets,
        MaskedTokenOptions options,
        int mask,
        IReadOnlyList<int> replacements,
        Draws draws
    )
    {
        var order = new RandomPermutation(draws.Bits(), tokens.Length);
        var isChosen = new bool[tokens.Length];
        var chosen = 0;
        for (var i = 0; chosen < positions.Length; i++)
        {
            var end = order[i] + draws.Length(options.Span);
            var (kind, replacement) = (draws.Uniform(), draws.Bits());
            for (var place = order[i]; place < Math.Min(end, tokens.Length) && !isChosen[place] && chosen < positions.Length; place++)
            {
                isChosen[place] = true;
                (positions[chosen], targets[chosen]) = (place, tokens[(int)place]);
                chosen++;
                if (kind < Masked)
                {
                    tokens[(int)place] = mask;
                }
                else if (kind < Masked + Replaced)
                {
                    replacement = CounterRandom.Mix(replacement);
                    tokens[(int)place] = replacements[(int)CounterRandom.Below(replacement, replacements.Count)];
                }
            }
        }
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
