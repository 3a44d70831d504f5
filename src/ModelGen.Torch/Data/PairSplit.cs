using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Data;

/// <summary>The training or validation part of pairs of texts, as tokens in memory; batches go to the model's device.</summary>
public abstract class PairSplit
{
    private readonly int _padding;
    private readonly Device _device;

    private protected PairSplit(int padding, Device device) => (_padding, _device) = (padding, device);

    /// <summary>The number of pairs, and of samples in one pass over the split.</summary>
    public abstract long Count { get; }

    /// <summary>The mean number of tokens of a target, with the one that ends it.</summary>
    public abstract double MeanTargetLength { get; }

    /// <summary>
    /// One batch, a function of the seed and the batch number alone. Every pass visits each pair once, in a new order; a batch may end one
    /// pass and begin the next.
    /// </summary>
    /// <param name="batchSize">Pairs in the batch, at least 1.</param>
    /// <param name="seed">The seed of the order.</param>
    /// <param name="batch">The batch number, from 0.</param>
    /// <returns>The batch, which the caller disposes.</returns>
    public PairBatch Batch(int batchSize, ulong seed, long batch) => Batch(batchSize, seed, batch, 0, batchSize);

    /// <summary>A slice of one batch, filled up to its own longest texts.</summary>
    /// <param name="batchSize">Pairs in the whole batch, at least 1.</param>
    /// <param name="seed">The seed of the order.</param>
    /// <param name="batch">The batch number, from 0.</param>
    /// <param name="first">The position of the first pair in the batch.</param>
    /// <param name="count">The number of pairs, at least 1.</param>
    /// <returns>The pairs, which the caller disposes.</returns>
    public PairBatch Batch(int batchSize, ulong seed, long batch, int first, int count)
    {
        BatchSlice.Check(batchSize, batch, first, count);
        return Create([.. Samples(seed, (batch * batchSize) + first, count)]);
    }

    /// <summary>How many tokens the targets of one batch have.</summary>
    /// <param name="batchSize">Pairs in the batch, at least 1.</param>
    /// <param name="seed">The seed of the order.</param>
    /// <param name="batch">The batch number, from 0.</param>
    /// <returns>The tokens that are not padding.</returns>
    public long TokenCount(int batchSize, ulong seed, long batch)
    {
        BatchSlice.Check(batchSize, batch, 0, batchSize);
        return TargetTokens(seed, batch * batchSize, batchSize);
    }

    /// <summary>The whole split in order; the last block may be smaller.</summary>
    /// <param name="batchSize">The largest number of pairs in a block, at least 1.</param>
    /// <returns>The blocks, each of which the caller disposes.</returns>
    public IEnumerable<PairBatch> Blocks(int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        return InOrder().Chunk(batchSize).Select(Create);
    }

    /// <summary>How many blocks <see cref="Blocks"/> returns.</summary>
    /// <param name="batchSize">The most pairs in one, at least 1.</param>
    public long BlockCount(int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        return (Count + batchSize - 1) / batchSize;
    }

    /// <summary>Consecutive samples of a run.</summary>
    private protected abstract IEnumerable<PairTokens> Samples(ulong seed, long first, int count);

    /// <summary>How many tokens the targets of these samples have together.</summary>
    private protected abstract long TargetTokens(ulong seed, long first, int count);

    /// <summary>Every pair once, in order.</summary>
    private protected abstract IEnumerable<PairTokens> InOrder();

    private PairBatch Create(PairTokens[] pairs) =>
        new(
            PaddedTokens.Of([.. pairs.Select(static pair => pair.Source.AsMemory())], _padding, _device),
            PaddedTokens.Of([.. pairs.Select(pair => Before(pair.Target).AsMemory())], _padding, _device),
            PaddedTokens.Of([.. pairs.Select(static pair => pair.Target.AsMemory())], _padding, _device),
            pairs.Sum(static pair => (long)pair.Target.Length)
        );

    // What the decoder has written before each token of a target.
    private int[] Before(int[] target) => [_padding, .. target[..^1]];
}
