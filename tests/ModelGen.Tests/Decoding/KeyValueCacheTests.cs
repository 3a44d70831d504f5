using ModelGen.Decoding;

namespace ModelGen.Tests.Decoding;

/// <summary>Attention to what is kept against its formula in double.</summary>
public sealed unsafe class KeyValueCacheTests
{
    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(2, 3, 5, 17)]
    [InlineData(1, 16, 16, 16)]
    [InlineData(3, 48, 48, 40)]
    [InlineData(2, 33, 20, 33)]
    public void AttentionIsItsFormula(int groups, int keySize, int valueSize, int capacity)
    {
        var random = new Random(keySize);
        using var cache = new KeyValueCache(groups, keySize, valueSize, capacity);
        var keys = Draw(random, groups, capacity, keySize);
        var values = Draw(random, groups, capacity, valueSize);
        for (var position = 0; position < capacity; position++)
        {
            for (var group = 0; group < groups; group++)
            {
                fixed (
                    float* key = keys[group][position],
                        value = values[group][position]
                )
                {
                    cache.Write(group, position, key, value);
                }
            }
        }

        using var copy = (KeyValueCache)cache.Fork(capacity);
        foreach (var last in Enumerable.Range(0, capacity))
        {
            foreach (var first in new[] { 0, last / 2, last })
            {
                foreach (var slope in new[] { 0f, 0.3f })
                {
                    var group = last % groups;
                    var query = Draw(random, 1, 1, keySize)[0][0];
                    var expected = Attend(query, keys[group], values[group], first, last, slope);
                    foreach (var each in new[] { cache, copy })
                    {
                        var found = Attend(each, group, query, first, last, slope);
                        Assert.All(expected.Zip(found), static pair => Assert.Equal(pair.First, pair.Second, tolerance: 2e-5));
                    }
                }
            }
        }
    }

    private static float[] Attend(KeyValueCache cache, int group, float[] query, int first, int last, float slope)
    {
        var result = new float[cache.ValueSize + 1];
        result[^1] = float.NaN;
        using var scores = new NativeBuffer<float>((last + 16) / 16 * 16);
        fixed (
            float* from = query,
                to = result
        )
        {
            cache.Attend(group, from, first, last, slope, scores.Start, to);
        }

        Assert.True(float.IsNaN(result[^1]));
        return result[..^1];
    }

    private static double[] Attend(float[] query, float[][] keys, float[][] values, int first, int last, double slope)
    {
        var weights = new double[last + 1];
        for (var position = first; position <= last; position++)
        {
            var product = query.Zip(keys[position], static (q, k) => (double)q * k).Sum();
            weights[position] = Math.Exp((product / Math.Sqrt(query.Length)) - (slope * (last - position)));
        }

        return [.. values[0].Select((_, i) => weights.Select((weight, position) => weight * values[position][i]).Sum() / weights.Sum())];
    }

    private static float[][][] Draw(Random random, int groups, int positions, int size) =>
        [
            .. Enumerable
                .Range(0, groups)
                .Select(_ =>
                    Enumerable
                        .Range(0, positions)
                        .Select(_ => Enumerable.Range(0, size).Select(_ => (float)((random.NextDouble() * 4) - 2)).ToArray())
                        .ToArray()
                ),
        ];
}
