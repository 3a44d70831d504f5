using ModelGen.Data;
using ModelGen.RandomNumbers;

namespace ModelGen.Tests.Data;

public sealed class BatchesByLengthTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(100, 7)]
    [InlineData(10, 64)]
    [InlineData(1000, 1)]
    [InlineData(999, 32)]
    public void EveryPassVisitsEachTextOnceAndEveryBatchIsReachedAlone(int count, int batchSize)
    {
        var lengths = Lengths(count);
        var order = new BatchesByLength(lengths, CounterRandom.Stream.TrainingOrder);
        var all = order.Indices(batchSize, 5, 0, 4 * count);
        foreach (var pass in all.Chunk(count))
        {
            Assert.Equal(Enumerable.Range(0, count).Select(static index => (long)index), pass.Order());
        }

        // In any order, and from the middle of a batch.
        var random = new Random(count);
        for (var i = 0; i < 30; i++)
        {
            var first = random.Next((4 * count) - 1);
            var taken = random.Next(1, Math.Min(batchSize, (4 * count) - first) + 1);
            Assert.Equal(
                all[first..(first + taken)],
                new BatchesByLength(lengths, CounterRandom.Stream.TrainingOrder).Indices(batchSize, 5, first, taken)
            );
        }

        if (count > 50)
        {
            Assert.NotEqual(all[..count], all[count..(2 * count)]);
            Assert.NotEqual(all, order.Indices(batchSize, 6, 0, 4 * count));
        }
    }

    [Fact]
    public void BatchesHaveLittlePaddingAndNoOrder()
    {
        var lengths = Lengths(4000);
        var batches = new BatchesByLength(lengths, CounterRandom.Stream.TrainingOrder)
            .Indices(16, 1, 0, 4000)
            .Select(index => lengths[index])
            .Chunk(16)
            .ToArray();
        var padded = batches.Sum(static batch => 16 * batch.Max());
        Assert.InRange(padded, lengths.Sum(), 1.05 * lengths.Sum());

        // Neighbours are no nearer than any two: the mean length of a batch says nothing of the next's.
        var means = batches.Select(static batch => batch.Average()).ToArray();
        var mean = means.Average();
        var variance = means.Average(value => (value - mean) * (value - mean));
        var correlation = means.Zip(means.Skip(1), (one, next) => (one - mean) * (next - mean)).Average() / variance;
        Assert.InRange(correlation, -0.25, 0.25);
    }

    [Fact]
    public void TextsOfOneLengthAreShuffled()
    {
        var order = new BatchesByLength([.. Enumerable.Repeat(3, 64)], CounterRandom.Stream.TrainingOrder).Indices(8, 1, 0, 128);
        Assert.NotEqual(order[..8].Order(), order[64..72].Order());
        Assert.NotEqual(order[..64].Order(), order[..64]);
    }

    private static int[] Lengths(int count)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(1, 200)).Order()];
    }
}
