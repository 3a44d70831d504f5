using ModelGen.Data;
using ModelGen.RandomNumbers;
using static TorchSharp.torch;

namespace ModelGen.Answers;

/// <summary>The training or validation part of answers, as tokens in memory; batches go to the model's device.</summary>
public sealed class AnswerSplit
{
    private readonly IReadOnlyList<AnswerSample> _samples;
    private readonly BatchesByLength _order;
    private readonly int _padding;
    private readonly Device _device;

    internal AnswerSplit(IReadOnlyList<AnswerSample> samples, CounterRandom.Stream order, int padding, Device device)
    {
        (_samples, _padding, _device) = (samples, padding, device);
        _order = new BatchesByLength([.. samples.Select(static sample => sample.Length)], order);
        MeanAnswerTokens = samples.Average(static sample => (double)AnswerTokensOf(sample));
    }

    /// <summary>The number of samples in one pass.</summary>
    public long Count => _samples.Count;

    /// <summary>The mean number of tokens of a sample that belong to answers.</summary>
    public double MeanAnswerTokens { get; }

    /// <summary>
    /// One batch of samples of similar length, a function of the seed and the batch number alone. Every pass visits each sample once, in a
    /// new order; a batch may end one pass and begin the next.
    /// </summary>
    /// <param name="batchSize">Samples in the batch, at least 1.</param>
    /// <param name="seed">The seed of the order.</param>
    /// <param name="batch">The batch number, from 0.</param>
    /// <returns>The batch, which the caller disposes.</returns>
    public AnswerBatch Batch(int batchSize, ulong seed, long batch) => Batch(batchSize, seed, batch, 0, batchSize);

    /// <summary>A slice of one batch, filled up to its own longest row.</summary>
    /// <param name="batchSize">Samples in the whole batch, at least 1.</param>
    /// <param name="seed">The seed of the order.</param>
    /// <param name="batch">The batch number, from 0.</param>
    /// <param name="first">The position of the first sample in the batch.</param>
    /// <param name="count">The number of samples, at least 1.</param>
    /// <returns>The slice, which the caller disposes.</returns>
    public AnswerBatch Batch(int batchSize, ulong seed, long batch, int first, int count)
    {
        BatchSlice.Check(batchSize, batch, first, count);
        return Create(_order.Indices(batchSize, seed, (batch * batchSize) + first, count));
    }

    /// <summary>How many tokens of one batch belong to answers.</summary>
    /// <param name="batchSize">Samples in the batch, at least 1.</param>
    /// <param name="seed">The seed of the order.</param>
    /// <param name="batch">The batch number, from 0.</param>
    public long AnswerTokens(int batchSize, ulong seed, long batch)
    {
        BatchSlice.Check(batchSize, batch, 0, batchSize);
        return _order
            .Indices(batchSize, seed, batch * batchSize, batchSize)
            .Sum(index => (long)AnswerTokensOf(_samples[checked((int)index)]));
    }

    /// <summary>How many steps the answers of one batch have.</summary>
    internal long StepCount(int batchSize, ulong seed, long batch) =>
        _order.Indices(batchSize, seed, batch * batchSize, batchSize).Sum(index => (long)_samples[checked((int)index)].StepRatings.Count);

    /// <summary>The sum of the numbers of one batch, see <see cref="AnswerBatch.Numbers"/>.</summary>
    internal double NumberSum(int batchSize, ulong seed, long batch) =>
        _order.Indices(batchSize, seed, batch * batchSize, batchSize).Sum(index => _samples[checked((int)index)].Number);

    /// <summary>The whole split in order; the last block may be smaller.</summary>
    /// <param name="batchSize">The most samples in a block, at least 1.</param>
    /// <returns>The blocks, each of which the caller disposes.</returns>
    public IEnumerable<AnswerBatch> Blocks(int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        return Enumerable.Range(0, _samples.Count).Select(static index => (long)index).Chunk(batchSize).Select(Create);
    }

    /// <summary>How many blocks <see cref="Blocks"/> returns.</summary>
    /// <param name="batchSize">The most samples in one, at least 1.</param>
    public long BlockCount(int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        return (Count + batchSize - 1) / batchSize;
    }

    /// <summary>The samples of a batch of this split, or of one with as many samples.</summary>
    internal AnswerBatch Of(IReadOnlyList<long> indices) => Create([.. indices]);

    /// <summary>
    /// The same prompts with the answers of the next sample in order that has another prompt, or of the next one where all prompts are the
    /// same; what the longest sample has no room for is cut.
    /// </summary>
    internal AnswerSplit WithOthersAnswers()
    {
        var longest = _samples.Max(static sample => sample.Length);
        var others = Others();
        AnswerSample[] mixed =
        [
            .. _samples.Select(
                (sample, index) =>
                    sample with
                    {
                        Sequences =
                        [
                            .. sample.Sequences.Zip(_samples[others[index]].Sequences, (own, other) => own.WithAnswerOf(other, longest)),
                        ],
                    }
            ),
        ];
        return new AnswerSplit(mixed, CounterRandom.Stream.ValidationOrder, _padding, _device);
    }

    // Of each sample the next one with another prompt.
    private int[] Others()
    {
        var (others, next) = (new int[_samples.Count], 0);
        var isOnePrompt = _samples.All(sample => sample.Prompt == _samples[0].Prompt);
        for (var index = others.Length - 1; index >= 0; index--)
        {
            var following = (index + 1) % others.Length;
            next = !isOnePrompt && following > 0 && _samples[following].Prompt == _samples[index].Prompt ? next : following;
            others[index] = next;
        }

        return others;
    }

    /// <summary>The numbers of the samples, see <see cref="AnswerBatch.Numbers"/>.</summary>
    internal IEnumerable<double> Numbers => _samples.Select(static sample => sample.Number);

    private AnswerBatch Create(long[] indices) =>
        AnswerBatch.Of([.. indices.Select(index => _samples[checked((int)index)])], indices, _padding, _device);

    private static int AnswerTokensOf(AnswerSample sample) => sample.Sequences.Sum(static sequence => sequence.AnswerLength);
}
