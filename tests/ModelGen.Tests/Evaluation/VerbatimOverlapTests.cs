using System.Text;
using ModelGen.Data;
using ModelGen.Evaluation;

namespace ModelGen.Tests.Evaluation;

public sealed class VerbatimOverlapTests
{
    [Fact]
    public void PassagesOfTheCorpusAreFound()
    {
        var overlap = VerbatimOverlap.Between(
            ["xx the cat sat yy", "a dog on the mat"],
            TextCorpus.FromText("Once the cat sat on the mat and slept.")
        );

        // " the cat sat " of 17 characters, and " on the mat" of 16.
        Assert.Equal(33, overlap.CharacterCount);
        Assert.Equal(" the cat sat ", overlap.Longest());
        Assert.Equal((13.0 + 11) / 33, overlap.Share(11), 1e-12);
        Assert.Equal(13.0 / 33, overlap.Share(12), 1e-12);
        Assert.Equal(0, overlap.Share(14));
    }

    [Fact]
    public void APassageDoesNotGoFromOneTextIntoTheNext()
    {
        var overlap = VerbatimOverlap.Between(["abc", "def"], TextCorpus.FromText("abcdef"));
        Assert.Equal("abc", overlap.Longest());
        Assert.Equal(1, overlap.Share(3));
        Assert.Equal(0, overlap.Share(4));
    }

    [Fact]
    public void ThePiecesOfACorpusAreTheWhole()
    {
        var overlap = new VerbatimOverlap(["the \U0001F600 smiles"]);
        foreach (var piece in new[] { "a the", " ", "\U0001F600", " smil", "" })
        {
            overlap.Read(piece);
        }

        Assert.Equal("the \U0001F600 smil", overlap.Longest());
        Assert.Equal(10 / 12.0, overlap.Share(10), 1e-12);
        Assert.Equal(0, overlap.Share(11));
    }

    [Fact]
    public void NothingHasNothingInCommon()
    {
        var empty = VerbatimOverlap.Between(["", ""], TextCorpus.FromText("abc"));
        Assert.Equal(("", double.NaN, 0L), (empty.Longest(), empty.Share(1), empty.CharacterCount));
        var none = new VerbatimOverlap(["abc"]);
        Assert.Equal(("", 0.0), (none.Longest(), none.Share(1)));
        none.Read("xyz");
        Assert.Equal(("", 0.0), (none.Longest(), none.Share(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => none.Share(0));
    }

    // Every substring of every text is looked for in the corpus, one by one.
    [Fact]
    public void RandomTextsShareWhatASearchForEachPassageFinds()
    {
        var random = new Random(1);
        for (var round = 0; round < 300; round++)
        {
            var letters = random.Next(1, 5);
            var texts = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Draw(random, letters, random.Next(0, 25))).ToList();
            var corpus = Draw(random, letters, random.Next(1, 60));
            var overlap = VerbatimOverlap.Between(texts, TextCorpus.FromText(corpus));
            var least = random.Next(1, 6);
            var longest = "";
            var inside = 0;
            foreach (var text in texts)
            {
                var marked = new bool[text.Length];
                for (var start = 0; start < text.Length; start++)
                {
                    for (var end = start + 1; end <= text.Length && corpus.Contains(text[start..end], StringComparison.Ordinal); end++)
                    {
                        longest = end - start > longest.Length ? text[start..end] : longest;
                        Array.Fill(marked, marked[start] || end - start >= least, start, end - start >= least ? end - start : 0);
                    }
                }

                inside += marked.Count(static each => each);
            }

            Assert.Equal(longest.Length, overlap.Longest().Length);
            Assert.Contains(overlap.Longest(), corpus, StringComparison.Ordinal);
            Assert.Equal((double)inside / texts.Sum(static text => text.Length), overlap.Share(least), 1e-12);
        }
    }

    private static string Draw(Random random, int letters, int length)
    {
        var text = new StringBuilder();
        while (text.Length < length)
        {
            text.Append((char)('a' + random.Next(letters)));
        }

        return text.ToString();
    }
}
