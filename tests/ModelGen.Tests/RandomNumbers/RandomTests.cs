using ModelGen.RandomNumbers;

namespace ModelGen.Tests.RandomNumbers;

public class RandomTests
{
    [Fact]
    public void EveryPermutationVisitsEachElementOnce()
    {
        for (var length = 1; length <= 300; length++)
        {
            var permutation = new RandomPermutation((ulong)length * 31, length);
            var seen = Enumerable.Range(0, length).Select(index => permutation[index]).ToArray();
            Assert.Equal(Enumerable.Range(0, length).Select(static index => (long)index), seen.Order());
        }
    }

    [Fact]
    public void PermutationsOfDifferentKeysDiffer()
    {
        // Over many keys each element must land everywhere about equally often: chi-square with 49 degrees of freedom stays below 100 (p =
        // 2e-5).
        const int Length = 50;
        const int Keys = 5000;
        var landed = new int[Length, Length];
        for (var key = 0; key < Keys; key++)
        {
            var permutation = new RandomPermutation(CounterRandom.Mix((ulong)key), Length);
            for (var index = 0; index < Length; index++)
            {
                landed[index, permutation[index]]++;
            }
        }

        for (var index = 0; index < Length; index++)
        {
            var expected = (double)Keys / Length;
            var chiSquare = Enumerable.Range(0, Length).Sum(place => Math.Pow(landed[index, place] - expected, 2) / expected);
            Assert.InRange(chiSquare, 10, 100);
        }
    }

    [Fact]
    public void UniformNumbersFillTheUnitIntervalEvenly()
    {
        const int Draws = 100_000;
        var bins = new int[100];
        for (ulong index = 0; index < Draws; index++)
        {
            var value = CounterRandom.Uniform(7, CounterRandom.Stream.Sampling, index);
            Assert.InRange(value, 0, 1 - 1e-16);
            bins[(int)(value * bins.Length)]++;
        }

        var expected = (double)Draws / bins.Length;
        Assert.InRange(bins.Sum(count => Math.Pow(count - expected, 2) / expected), 40, 180); // 99 degrees of freedom
    }

    [Fact]
    public void SeedsStreamsAndIndicesAllCount()
    {
        var values = new HashSet<ulong>();
        foreach (var stream in Enum.GetValues<CounterRandom.Stream>())
        {
            for (ulong seed = 0; seed < 50; seed++)
            {
                for (ulong index = 0; index < 50; index++)
                {
                    Assert.True(values.Add(CounterRandom.Bits(seed, stream, index)));
                }
            }
        }
    }

    [Fact]
    public void NumbersBelowACountStayBelowItAndReachItsEnds()
    {
        Assert.Equal(0, CounterRandom.Below(0, 10));
        Assert.Equal(9, CounterRandom.Below(ulong.MaxValue, 10));
        Assert.Equal(0, CounterRandom.Below(ulong.MaxValue, 1));
    }
}
