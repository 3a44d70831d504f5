using ModelGen.Evaluation;

namespace ModelGen.Tests.Evaluation;

public sealed class NgramDiversityTests
{
    // 10 words and 15 pairs are distinct, of 45 words.
    internal static readonly IReadOnlyList<string[]> Cats =
    [
        .. new[]
        {
            "the cat sat on the mat and the cat sat on the rug",
            "a cat sat on the mat and a dog sat on the rug",
            "the dog sat on the mat",
            "the cat sat on the hat and the cat sat on the cat",
        }.Select(static text => text.Split(' ')),
    ];

    [Fact]
    public void DistinctNgramsAreSharesOfTheWords()
    {
        Assert.Equal(10 / 45.0, NgramDiversity.Distinct(Cats, 1), 1e-12);
        Assert.Equal(15 / 45.0, NgramDiversity.Distinct(Cats, 2), 1e-12);
    }

    // Of the four-word passages of each text 2 of 10, 0 of 10, 0 of 3 and 2 of 10 are there again.
    [Fact]
    public void RepetitionsAreCountedWithinEachText() => Assert.Equal((0.2 + 0 + 0 + 0.2) / 4, NgramDiversity.Repeated(Cats, 4), 1e-12);

    [Fact]
    public void TextsWithoutNgramsAreLeftOut()
    {
        Assert.Equal(
            0.75,
            NgramDiversity.Repeated(
                [
                    ["a", "a", "a", "a", "a"],
                    ["a"],
                ],
                2
            ),
            1e-12
        );
        Assert.Equal(
            double.NaN,
            NgramDiversity.Repeated(
                [
                    ["a"],
                    [],
                ],
                2
            )
        );
        Assert.Equal(
            0,
            NgramDiversity.Distinct(
                [
                    ["a"],
                    [],
                ],
                2
            )
        );
        Assert.Equal(
            double.NaN,
            NgramDiversity.Distinct(
                [
                    [],
                    [],
                ],
                1
            )
        );
        Assert.Throws<ArgumentOutOfRangeException>(static () => NgramDiversity.Distinct(Cats, 0));
    }

    [Fact]
    public void RandomTextsHaveWhatSetsOfTheirJoinedWordsHave()
    {
        var random = new Random(1);
        for (var round = 0; round < 50; round++)
        {
            var texts = RandomTexts(random);
            var n = random.Next(1, 5);
            var grams = texts.Select(text => Joined(text, n)).ToList();
            Assert.Equal(
                (double)grams.SelectMany(static text => text).ToHashSet().Count / texts.Sum(static text => text.Length),
                NgramDiversity.Distinct(texts, n),
                1e-12
            );
            var shares = grams
                .Where(static text => text.Count > 0)
                .Select(static text => 1.0 - ((double)text.ToHashSet().Count / text.Count));
            Assert.Equal(shares.DefaultIfEmpty(double.NaN).Average(), NgramDiversity.Repeated(texts, n), 1e-12);
        }
    }

    internal static List<string[]> RandomTexts(Random random) =>
        [
            .. Enumerable
                .Range(0, random.Next(2, 6))
                .Select(_ => Enumerable.Range(0, random.Next(1, 20)).Select(_ => $"{random.Next(4)}").ToArray()),
        ];

    private static List<string> Joined(string[] text, int n) =>
        [.. Enumerable.Range(0, Math.Max(0, text.Length - n + 1)).Select(start => string.Join(' ', text[start..(start + n)]))];
}
