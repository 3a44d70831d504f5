using ModelGen.Sampling;

namespace ModelGen.Tests.Sampling;

public class StopTextsTests
{
    /// <summary>However a text is cut, what comes before the first stop text comes out, and nothing else.</summary>
    [Fact]
    public void ATextEndsBeforeTheFirstStopTextHoweverItIsCut()
    {
        var random = new Random(3);
        for (var run = 0; run < 5000; run++)
        {
            var text = Draw(random, random.Next(0, 20));
            string[] stops = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Draw(random, random.Next(1, 4)))];
            var stop = new StopTexts(stops);
            var (given, at) = ("", 0);
            while (at < text.Length && !stop.IsReached)
            {
                var length = Math.Min(random.Next(0, 4), text.Length - at);
                given += stop.Append(text.Substring(at, length), mayEnd: true);
                at += length;

                // What has been given never has to be taken back.
                Assert.StartsWith(given, Expected(text, stops), StringComparison.Ordinal);
            }

            Assert.Equal(Expected(text, stops), given + stop.Flush());
            Assert.Equal(Expected(text, stops) != text, stop.IsReached);
        }
    }

    [Fact]
    public void BeforeATextMayEndStopTextsBelongToIt()
    {
        var stop = new StopTexts(["ab"]);

        Assert.Equal("xab", stop.Append("xab", mayEnd: false));
        Assert.Equal("ab", stop.Append("ab", mayEnd: false));
        Assert.Equal("c", stop.Append("cab", mayEnd: true));
        Assert.True(stop.IsReached);
        Assert.Equal("", stop.Append("more", mayEnd: true));
    }

    // Cuts inside of it where a stop text begins and goes on, as "aab" does after "aa".
    private static string Draw(Random random, int length) =>
        string.Concat(Enumerable.Range(0, length).Select(_ => (char)('a' + random.Next(2))));

    private static string Expected(string text, string[] stops)
    {
        // The first to be complete ends the text; of several that are complete at once the longest begins first.
        for (var end = 1; end <= text.Length; end++)
        {
            if (stops.Where(stop => text[..end].EndsWith(stop, StringComparison.Ordinal)).MaxBy(static stop => stop.Length) is { } found)
            {
                return text[..(end - found.Length)];
            }
        }

        return text;
    }
}
