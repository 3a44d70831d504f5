using ModelGen.RandomNumbers;

namespace ModelGen.Data;

/// <summary>
/// The order of texts in training: every pass visits each once, in a new order, and a batch has texts of similar length. A pass is
/// shuffled and cut into windows of several batches; within a window the texts are sorted by length and dealt to its batches, which follow
/// each other in random order. It is a function of the seed alone, so that any batch can be reached without those before it.
/// </summary>
/// <param name="lengths">The length of each text.</param>
/// <param name="order">What its random numbers are used for.</param>
internal sealed class BatchesByLength(int[] lengths, CounterRandom.Stream order)
{
    // More batches need less padding and mix less: a pass has at least four windows if it has four batches.
    private const int MostBatches = 50;
    private const int LeastWindows = 4;

    private volatile Window? _last;

    /// <summary>The indices of consecutive samples of a run.</summary>
    /// <param name="batchSize">Texts in a batch.</param>
    /// <param name="seed">The seed of the order.</param>
    /// <param name="firstSample">The number of the first, from the beginning of the run.</param>
    /// <param name="count">How many.</param>
    public long[] Indices(int batchSize, ulong seed, long firstSample, int count)
    {
        var indices = new long[count];
        for (var row = 0; row < count; row++)
        {
            var (epoch, place) = Math.DivRem(firstSample + row, lengths.Length);
            var window = At(batchSize, seed, epoch, (int)place);
            indices[row] = window.Samples[place - window.First];
        }

        return indices;
    }

    private Window At(int batchSize, ulong seed, long epoch, int place)
    {
        // The last batch of the pass before takes the first texts of this one.
        var begun = (int)((UInt128)epoch * (ulong)lengths.Length % (ulong)batchSize);
        var head = begun == 0 ? 0 : batchSize - begun;
        var size = Math.Clamp(lengths.Length / batchSize / LeastWindows, 1, MostBatches) * (long)batchSize;
        var number = place < head ? 0 : (place - head) / size;
        var first = number == 0 ? 0 : head + (number * size);
        var end = Math.Min(lengths.Length, head + ((number + 1) * size));
        if (_last is { } last && last.Is(batchSize, seed, epoch, first))
        {
            return last;
        }

        var key = CounterRandom.Bits(seed, order, (ulong)epoch);
        var shuffled = new RandomPermutation(key, lengths.Length);
        var samples = Enumerable
            .Range((int)first, (int)(end - first))
            .Select(at => shuffled[at])
            .OrderBy(sample => lengths[sample])
            .ToArray();

        // By their places in the pass.
        var starts = new List<long> { first };
        for (var start = number == 0 && head > 0 ? head : first + batchSize; start < end; start += batchSize)
        {
            starts.Add(start);
        }

        var turns = new RandomPermutation(CounterRandom.Bits(key, CounterRandom.Stream.BatchOrder, (ulong)number), starts.Count);
        var dealt = new long[samples.Length];
        var taken = 0;
        for (var turn = 0; turn < starts.Count; turn++)
        {
            var batch = (int)turns[turn];
            var length = (int)((batch + 1 < starts.Count ? starts[batch + 1] : end) - starts[batch]);
            Array.Copy(samples, taken, dealt, starts[batch] - first, length);
            taken += length;
        }

        return _last = new Window(batchSize, seed, epoch, first, dealt);
    }

    /// <summary>A part of a pass.</summary>
    private sealed record Window(int BatchSize, ulong Seed, long Epoch, long First, long[] Samples)
    {
        public bool Is(int batchSize, ulong seed, long epoch, long first) =>
            (BatchSize, Seed, Epoch, First) == (batchSize, seed, epoch, first);
    }
}
