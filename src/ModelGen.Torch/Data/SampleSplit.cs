using ModelGen.Evaluation;
using ModelGen.Layers;
using ModelGen.Native;
using ModelGen.RandomNumbers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Data;

/// <summary>
/// The training or validation part of a data set of samples, kept on a device: images as bytes, texts as tokens of the smallest integer
/// type that holds the vocabulary, other tensors unchanged. Batches are gathered from it by index.
/// </summary>
public sealed class SampleSplit : IDisposable
{
    private readonly CounterRandom.Stream _order;
    private readonly ImageAugmentation? _augmentation;
    private readonly int[]? _lengths;
    private readonly BatchesByLength? _byLength;

    internal SampleSplit(
        Tensor samples,
        Tensor? labels,
        Tensor? targets,
        CounterRandom.Stream order,
        ImageAugmentation? augmentation,
        int[]? lengths = null
    )
    {
        _lengths = lengths;
        _byLength = lengths is null ? null : new BatchesByLength(lengths, order);
        Samples = samples;
        Labels = labels;
        Targets = targets;
        Count = samples.size(0);
        _order = order;
        _augmentation = augmentation;
    }

    /// <summary>The number of samples.</summary>
    public long Count { get; }

    /// <summary>The number of samples in one pass over the split, which visits each once.</summary>
    public long SamplesPerEpoch => Count;

    /// <summary>
    /// All samples: uint8 [count, channels, height, width] for images, integers [count, longest] for texts, in order of length and filled
    /// up with padding, else float32 [count, …]. Owned by the split; do not dispose it or write to it.
    /// </summary>
    public Tensor Samples { get; }

    /// <summary>Their classes: int64 [count]; null if samples have none. Owned by the split; do not dispose it or write to it.</summary>
    public Tensor? Labels { get; }

    /// <summary>
    /// Their targets: float32 [count, …]; null if samples have none. Owned by the split; do not dispose it or write to it.
    /// </summary>
    public Tensor? Targets { get; }

    /// <summary>
    /// One batch, a function of the seed and the batch number alone. Every pass visits each sample once, in a new order; a batch may end
    /// one pass and begin the next. Training images are augmented as the data set specifies; a batch of texts has texts of similar length.
    /// </summary>
    /// <param name="batchSize">Samples in the batch, at least 1.</param>
    /// <param name="seed">The seed of the order and the augmentation.</param>
    /// <param name="batch">The batch number, from 0.</param>
    /// <returns>The batch, which the caller disposes.</returns>
    public SampleBatch Batch(int batchSize, ulong seed, long batch) => Batch(batchSize, seed, batch, 0, batchSize);

    /// <summary>A slice of one batch.</summary>
    /// <param name="batchSize">Samples in the whole batch, at least 1.</param>
    /// <param name="seed">The seed of the order and the augmentation.</param>
    /// <param name="batch">The batch number, from 0.</param>
    /// <param name="first">The position of the first sample in the batch.</param>
    /// <param name="count">The number of samples, at least 1.</param>
    /// <returns>The samples, which the caller disposes.</returns>
    public SampleBatch Batch(int batchSize, ulong seed, long batch, int first, int count)
    {
        BatchSlice.Check(batchSize, batch, first, count);
        var firstSample = (batch * batchSize) + first;
        var chosen = Chosen(batchSize, seed, firstSample, count);
        using var indices = torch.tensor(chosen, device: Samples.device);
        if (_lengths is not null)
        {
            using var texts = Samples.index_select(0, indices);
            var tokens = Tokens(texts, chosen.Max(index => _lengths[index]));
            return new SampleBatch(tokens, Labels?.index_select(0, indices), Targets?.index_select(0, indices));
        }

        using var gathered = Samples.index_select(0, indices);
        using var varied = Vary(gathered, seed, firstSample);
        return new SampleBatch(Numbers(varied), Labels?.index_select(0, indices), Targets?.index_select(0, indices));
    }

    /// <summary>The whole split in order, without augmentation; the last block may be smaller.</summary>
    /// <param name="batchSize">The largest number of samples in a block, at least 1.</param>
    /// <returns>The blocks, each of which the caller disposes.</returns>
    public IEnumerable<SampleBatch> Blocks(int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        return Walk();

        IEnumerable<SampleBatch> Walk()
        {
            for (long first = 0; first < Count; first += batchSize)
            {
                var length = Math.Min(batchSize, Count - first);
                using var rows = Samples.narrow(0, first, length);
                var samples = _lengths is null ? Numbers(rows) : Tokens(rows, _lengths[first + length - 1]);
                yield return new SampleBatch(samples, Labels?.narrow(0, first, length), Targets?.narrow(0, first, length));
            }
        }
    }

    /// <summary>How many blocks <see cref="Blocks"/> returns.</summary>
    /// <param name="batchSize">The most samples in one, at least 1.</param>
    public long BlockCount(int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        return (Count + batchSize - 1) / batchSize;
    }

    /// <summary>Frees the samples.</summary>
    public void Dispose()
    {
        Samples.Dispose();
        Labels?.Dispose();
        Targets?.Dispose();
    }

    /// <summary>The labels or the targets of a whole batch, without its samples.</summary>
    internal Tensor Target(bool isLabel, int batchSize, ulong seed, long batch)
    {
        BatchSlice.Check(batchSize, batch, 0, batchSize);
        using var indices = torch.tensor(Chosen(batchSize, seed, batch * batchSize, batchSize), device: Samples.device);
        return (isLabel ? Labels : Targets)!.index_select(0, indices);
    }

    /// <summary>The indices in the split of consecutive samples of a run, if they are not texts.</summary>
    internal long[] Indices(ulong seed, long firstSample, int count) => ShuffledPasses.Indices(seed, _order, Count, firstSample, count);

    /// <summary>The augmentation of one sample of a run: whether it is mirrored, and where in the padded image the crop begins.</summary>
    internal static (bool Flip, long Top, long Left) Variation(ImageAugmentation augmentation, ulong seed, long sample)
    {
        var first = 3 * (ulong)sample;
        var places = (2L * augmentation.CropPadding) + 1;
        return (
            augmentation.HorizontalFlip && CounterRandom.Below(CounterRandom.Bits(seed, CounterRandom.Stream.Augmentation, first), 2) == 1,
            CounterRandom.Below(CounterRandom.Bits(seed, CounterRandom.Stream.Augmentation, first + 1), places),
            CounterRandom.Below(CounterRandom.Bits(seed, CounterRandom.Stream.Augmentation, first + 2), places)
        );
    }

    private long[] Chosen(int batchSize, ulong seed, long firstSample, int count) =>
        _byLength?.Indices(batchSize, seed, firstSample, count) ?? Indices(seed, firstSample, count);

    /// <summary>The first tokens of each text, as far as the longest goes.</summary>
    private static Tensor Tokens(Tensor texts, int longest)
    {
        using var filled = texts.narrow(1, 0, longest);
        return filled.to(ScalarType.Int64);
    }

    /// <summary>Image bytes scaled to 0 to 1; other samples unchanged.</summary>
    private static Tensor Numbers(Tensor samples) =>
        samples.dtype == ScalarType.Byte ? samples.to(ScalarType.Float32).DivideInPlace(byte.MaxValue) : samples.alias();

    /// <summary>Flips and crops with two gathers over the padded images, by each pixel's source row and by its source column.</summary>
    private Tensor Vary(Tensor images, ulong seed, long firstSample)
    {
        if (_augmentation is not { } augmentation || (!augmentation.HorizontalFlip && augmentation.CropPadding == 0))
        {
            return images.alias();
        }

        var (batch, channels, height, width) = (images.size(0), images.size(1), images.size(2), images.size(3));
        var rows = new long[batch * height];
        var columns = new long[batch * width];
        for (var image = 0; image < batch; image++)
        {
            var (flip, top, left) = Variation(augmentation, seed, firstSample + image);
            for (var row = 0; row < height; row++)
            {
                rows[(image * height) + row] = top + row;
            }

            for (var column = 0; column < width; column++)
            {
                columns[(image * width) + column] = left + (flip ? width - 1 - column : column);
            }
        }

        var padding = (long)augmentation.CropPadding;
        using var padded = torch.nn.functional.pad(images, [padding, padding, padding, padding]);
        using var rowIndices = torch.tensor(rows, [batch, 1, height, 1], device: images.device);
        using var everyRow = rowIndices.expand(batch, channels, height, width + (2 * padding));
        using var cutRows = padded.gather(2, everyRow);
        using var columnIndices = torch.tensor(columns, [batch, 1, 1, width], device: images.device);
        using var everyColumn = columnIndices.expand(batch, channels, height, width);
        return cutRows.gather(3, everyColumn);
    }
}
