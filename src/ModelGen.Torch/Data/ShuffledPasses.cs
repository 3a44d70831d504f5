using ModelGen.RandomNumbers;

namespace ModelGen.Data;

/// <summary>
/// The order of samples in training: every pass visits each once, in a new order. It is a function of the seed alone, so that any batch can
/// be reached without those before it.
/// </summary>
internal static class ShuffledPasses
{
    /// <summary>The indices of consecutive samples of a run.</summary>
    /// <param name="seed">The seed of the order.</param>
    /// <param name="order">What its random numbers are used for.</param>
    /// <param name="samples">How many samples there are.</param>
    /// <param name="first">The number of the first, from the beginning of the run.</param>
    /// <param name="count">How many.</param>
    public static long[] Indices(ulong seed, CounterRandom.Stream order, long samples, long first, int count)
    {
        var indices = new long[count];
        for (var row = 0; row < count; row++)
        {
            var (pass, sample) = Math.DivRem(first + row, samples);
            indices[row] = new RandomPermutation(CounterRandom.Bits(seed, order, (ulong)pass), samples)[sample];
        }

        return indices;
    }
}
