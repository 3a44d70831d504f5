using ModelGen.Native;
using ModelGen.RandomNumbers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Data;

/// <summary>
/// The training or validation part of a text's tokens: one tensor on a device, of the smallest integer type that holds the vocabulary, or
/// a part of a file that is mapped into memory. Batches are gathered from it by index.
/// </summary>
public sealed class TokenSplit : IDisposable
{
    private const int PieceLength = 1 << 16;

    private readonly CounterRandom.Stream _stream;
    private readonly TokenStore _tokens;

    internal TokenSplit(TokenStore tokens, int context, CounterRandom.Stream stream)
    {
        _stream = stream;
        _tokens = tokens;
        Length = tokens.Length;
        Context = context;
        SamplesPerEpoch = Math.Max(1, (Length - context) / context);
    }

    /// <summary>The number of tokens.</summary>
    public long Length { get; }

    /// <summary>Tokens per sample.</summary>
    public int Context { get; }

    /// <summary>The number of samples in one pass over the split.</summary>
    public long SamplesPerEpoch { get; }

    /// <summary>
    /// One batch, a function of the seed and the batch number alone. Every pass divides the places where a sample can begin into as many
    /// equal ranges as it has samples, and takes one place at random from each, in random order: no pass repeats the cuts of another, and
    /// none favours a place. A batch may end one pass and begin the next.
    /// </summary>
    /// <param name="batchSize">Samples in the batch, at least 1.</param>
    /// <param name="seed">The seed of the order.</param>
    /// <param name="batch">The batch number, from 0.</param>
    /// <returns>
    /// Two int64 tensors of shape [batchSize, Context], which the caller disposes: the tokens, and the token that follows each.
    /// </returns>
    public (Tensor Inputs, Tensor Targets) Batch(int batchSize, ulong seed, long batch) => Batch(batchSize, seed, batch, 0, batchSize);

    /// <summary>A slice of one batch.</summary>
    /// <param name="batchSize">Samples in the whole batch, at least 1.</param>
    /// <param name="seed">The seed of the order.</param>
    /// <param name="batch">The batch number, from 0.</param>
    /// <param name="first">The position of the first sample in the batch.</param>
    /// <param name="count">The number of samples, at least 1.</param>
    /// <returns>As for the whole batch, but of shape [count, Context].</returns>
    public (Tensor Inputs, Tensor Targets) Batch(int batchSize, ulong seed, long batch, int first, int count)
    {
        BatchSlice.Check(batchSize, batch, first, count);
        return Rows(Starts(seed, (batch * batchSize) + first, count), Context + 1);
    }

    /// <summary>
    /// The whole split in order, in blocks of <see cref="Context"/> tokens that do not overlap; the last block may be shorter. Every token
    /// except the first is a target once.
    /// </summary>
    /// <param name="batchSize">The largest number of blocks to return at once, at least 1.</param>
    /// <returns>Pairs of int64 tensors of shape [blocks, tokens], which the caller disposes.</returns>
    public IEnumerable<(Tensor Inputs, Tensor Targets)> Blocks(int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        var blocks = (Length - 1) / Context;
        for (long first = 0; first < blocks; first += batchSize)
        {
            var starts = new long[Math.Min(batchSize, blocks - first)];
            for (var row = 0; row < starts.Length; row++)
            {
                starts[row] = (first + row) * Context;
            }

            yield return Rows(starts, Context + 1);
        }

        var rest = Length - 1 - (blocks * Context);
        if (rest > 0)
        {
            yield return Rows([blocks * Context], rest + 1);
        }
    }

    /// <summary>How many pairs <see cref="Blocks"/> returns.</summary>
    /// <param name="batchSize">The most blocks in one, at least 1.</param>
    public long BlockCount(int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        var (blocks, rest) = Math.DivRem(Length - 1, Context);
        return ((blocks + batchSize - 1) / batchSize) + (rest > 0 ? 1 : 0);
    }

    /// <summary>Frees the tokens.</summary>
    public void Dispose() => _tokens.Dispose();

    /// <summary>Some tokens in a row.</summary>
    /// <param name="first">The position of the first.</param>
    /// <param name="count">Their number.</param>
    internal int[] Read(long first, int count)
    {
        using var row = _tokens.Rows([first], count);
        using var onHost = row.cpu();
        return Array.ConvertAll(onHost.data<long>().ToArray(), static token => (int)token);
    }

    /// <summary>All tokens in their order, in pieces.</summary>
    internal IEnumerable<ReadOnlyMemory<int>> Pieces()
    {
        for (long first = 0; first < Length; first += PieceLength)
        {
            yield return Read(first, (int)Math.Min(PieceLength, Length - first));
        }
    }

    /// <summary>The type in which the tokens are stored.</summary>
    internal ScalarType ElementType => _tokens.ElementType;

    /// <summary>The first tokens of consecutive samples of a run.</summary>
    internal long[] Starts(ulong seed, long firstSample, int count)
    {
        var starts = new long[count];
        for (var row = 0; row < count; row++)
        {
            var (epoch, sample) = Math.DivRem(firstSample + row, SamplesPerEpoch);
            var order = new RandomPermutation(CounterRandom.Bits(seed, _stream, 2 * (ulong)epoch), SamplesPerEpoch);
            var places = CounterRandom.Bits(seed, _stream, (2 * (ulong)epoch) + 1);
            var range = order[sample];
            var from = RangeStart(range);
            starts[row] = from + CounterRandom.Below(CounterRandom.Bits(places, _stream, (ulong)range), RangeStart(range + 1) - from);
        }

        return starts;
    }

    // Where a range of places begins; their product may exceed 64 bits.
    private long RangeStart(long range) => (long)((Int128)range * (Length - Context) / SamplesPerEpoch);

    private (Tensor Inputs, Tensor Targets) Rows(long[] starts, long length)
    {
        using var rows = _tokens.Rows(starts, length);
        return (rows.narrow(1, 0, length - 1), rows.narrow(1, 1, length - 1));
    }
}
