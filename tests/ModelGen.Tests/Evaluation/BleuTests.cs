using ModelGen.Evaluation;

namespace ModelGen.Tests.Evaluation;

public sealed class BleuTests
{
    private static readonly IReadOnlyList<string[]> References =
    [
        Split("It is a guide to action that ensures that the military will forever heed Party commands"),
        Split("It is the guiding principle which guarantees the military forces always being under the command of the Party"),
        Split("It is the practical guide for the army always to heed the directions of the party"),
    ];

    // The two candidates of the paper's first example; the first score is also in the documentation of NLTK's sentence_bleu.
    [Fact]
    public void TheFirstExampleOfThePaperHasItsPublishedScores()
    {
        var first = Split("It is a guide to action which ensures that the military always obeys the commands of the party");
        var second = Split("It is to insure the troops forever hearing the activity guidebook that party direct");

        Assert.Equal(0.5045666840058485, Bleu.Score(first, References), 1e-12);
        Assert.Equal(0, Bleu.Score(second, References));
    }

    // By hand: 4 of 5 words, 3 of 4 pairs, 2 of 3 triples and 1 of 2 fours are in the reference; two words are missing.
    [Fact]
    public void AShortTextIsPunished() =>
        Assert.Equal(
            Math.Exp(1 - (7 / 5.0)) * Math.Pow(4 / 5.0 * 3 / 4 * 2 / 3 * 1 / 2, 0.25),
            Bleu.Score(Split("a b c d x"), [Split("a b c d e f g")]),
            1e-12
        );

    [Fact]
    public void RepeatingAWordDoesNotPay()
    {
        // As in the paper, "the" counts twice of seven times; without longer n-grams in common the score is 0.
        Assert.Equal(
            0,
            Bleu.Score(Split("the the the the the the the"), [Split("the cat is on the mat"), Split("there is a cat on the mat")])
        );

        // By hand: "a" at most 5 times of 6, pairs 4 of 5, triples 3 of 4, fours 2 of 3.
        Assert.Equal(Math.Pow(5 / 6.0 * 4 / 5 * 3 / 4 * 2 / 3, 0.25), Bleu.Score(Split("a a a a a a"), [Split("a a a a a")]), 1e-12);
    }

    [Fact]
    public void ATextIsWhollyInItself()
    {
        Assert.Equal(1, Bleu.Score(References[0], References), 1e-12);
        Assert.Equal(1, Bleu.Self([References[0], References[0]]), 1e-12);
        Assert.Equal(0, Bleu.Self([Split("a b c d"), Split("e f g h")]));
        Assert.Equal(0, Bleu.Score([], References));
    }

    // From a plain script that follows the formula.
    [Fact]
    public void SelfBleuIsTheMeanOverTheTexts() => Assert.Equal(0.6279518274953837, Bleu.Self(NgramDiversityTests.Cats), 1e-12);

    [Fact]
    public void SelfBleuIsTheMeanOfTheScoresOfRandomTexts()
    {
        var random = new Random(1);
        for (var round = 0; round < 50; round++)
        {
            var texts = NgramDiversityTests.RandomTexts(random);
            var scores = texts.Select((text, index) => Bleu.Score(text, [.. texts.Where((_, other) => other != index)])).ToList();
            Assert.All(scores, static score => Assert.InRange(score, 0, 1));
            Assert.All(texts.Zip(scores), each =>
                Assert.Equal(Plain(each.First, [.. texts.Where(text => text != each.First)]), each.Second, 1e-12)
            );
            Assert.Equal(scores.Average(), Bleu.Self(texts), 1e-12);
        }
    }

    [Fact]
    public void ThereMustBeSomethingToCompareWith()
    {
        Assert.Throws<ArgumentException>(static () => Bleu.Score(["a"], []));
        Assert.Throws<ArgumentException>(static () =>
            Bleu.Self([
                ["a"],
            ])
        );
    }

    private static string[] Split(string text) => text.Split(' ');

    // The formula, word for word.
    private static double Plain(string[] text, List<string[]> references)
    {
        var product = 1.0;
        for (var n = 1; n <= 4; n++)
        {
            var grams = Grams(text, n);
            var shared = grams.Distinct().Sum(gram => Math.Min(Count(grams, gram), references.Max(other => Count(Grams(other, n), gram))));
            product *= grams.Count == 0 ? 0 : (double)shared / grams.Count;
        }

        var nearest = references.Select(static other => other.Length).OrderBy(length => (Math.Abs(length - text.Length), length)).First();
        return Math.Min(1, Math.Exp(1 - ((double)nearest / text.Length))) * Math.Pow(product, 0.25);

        static int Count(List<string> grams, string gram) => grams.Count(other => other == gram);
        static List<string> Grams(string[] words, int n) =>
            [.. Enumerable.Range(0, Math.Max(0, words.Length - n + 1)).Select(start => string.Join(' ', words[start..(start + n)]))];
    }
}
