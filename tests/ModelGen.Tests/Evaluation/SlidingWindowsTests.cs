using ModelGen.Evaluation;

namespace ModelGen.Tests.Evaluation;

public sealed class SlidingWindowsTests
{
    [Theory]
    // The tokens of each window, those that are predicted in brackets.
    [InlineData(8, 4, 4, "0[1234]|4[567]")]
    [InlineData(9, 4, 4, "0[1234]|4[5678]")]
    [InlineData(8, 4, 2, "0[1234]|234[56]|456[7]")]
    [InlineData(9, 4, 2, "0[1234]|234[56]|456[78]")]
    [InlineData(7, 4, 1, "0[1234]|1234[5]|2345[6]")]
    [InlineData(9, 4, 3, "0[1234]|34[567]|67[8]")]
    [InlineData(3, 4, 2, "0[12]")]
    [InlineData(2, 1, 1, "0[1]")]
    [InlineData(4, 1, 1, "0[1]|1[2]|2[3]")]
    [InlineData(1, 4, 2, "")]
    [InlineData(0, 4, 2, "")]
    public void WindowsPredictWhatNoEarlierOneHas(int count, int context, int stride, string expected)
    {
        var windows = new SlidingWindows(context, stride).Over([Enumerable.Range(0, count).ToArray()]);

        Assert.Equal(expected, string.Join('|', windows.Select(Show)));
    }

    [Fact]
    public void EachTokenIsPredictedOnceWithAsMuchContextAsTheStrideAllows()
    {
        var random = new Random(1);
        for (var round = 0; round < 200; round++)
        {
            var (count, context) = (random.Next(0, 60), random.Next(1, 12));
            var stride = random.Next(1, context + 1);
            var tokens = Enumerable.Range(0, count).ToArray();
            var cut = random.Next(0, count + 1);
            var predicted = new List<long>();
            foreach (var window in new SlidingWindows(context, stride).Over([tokens.AsMemory(..cut), tokens.AsMemory(cut..)]))
            {
                Assert.Equal(
                    Enumerable.Range((int)window.Tokens[0], window.Tokens.Length).Select(static token => (long)token),
                    window.Tokens
                );
                Assert.InRange(window.Tokens.Length, 2, context + 1);
                for (var place = window.Known + 1; place < window.Tokens.Length; place++)
                {
                    predicted.Add(window.Tokens[place]);
                    Assert.True(place >= Math.Min(window.Tokens[place], context - stride + 1));
                }
            }

            Assert.Equal(tokens.Skip(1).Select(static token => (long)token), predicted);
        }
    }

    private static string Show(SlidingWindows.Window window) =>
        string.Concat(window.Tokens[..(window.Known + 1)]) + $"[{string.Concat(window.Tokens[(window.Known + 1)..])}]";
}
