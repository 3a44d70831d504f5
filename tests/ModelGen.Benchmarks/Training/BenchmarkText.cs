using System.Globalization;
using System.Text;
using ModelGen.Data;
using ModelGen.Tokenization;

namespace ModelGen.Benchmarks.Training;

/// <summary>Text to train on, made up, for what it says does not matter to speed.</summary>
internal static class BenchmarkText
{
    /// <summary>The tokens of some 200,000 bytes of words of random letters.</summary>
    public static TokenDataset Tokens(int context)
    {
        var random = new Random(1);
        var text = new StringBuilder();
        while (text.Length < 200_000)
        {
            for (var letters = random.Next(1, 10); letters > 0; letters--)
            {
                text.Append((char)('a' + random.Next(26)));
            }

            text.Append(' ');
        }

        return TokenDataset.Create(text.ToString(), new ByteTokenizer(), context, CharGpt.Training.Validation.Fraction);
    }

    /// <summary>The tokens of as much that can be learnt: sums.</summary>
    public static TokenDataset Sums(int context)
    {
        var random = new Random(1);
        var text = new StringBuilder();
        while (text.Length < 200_000)
        {
            var (a, b) = (random.Next(100), random.Next(10));
            text.Append(CultureInfo.InvariantCulture, $"{a} plus {b} is {a + b}. ");
        }

        return TokenDataset.Create(text.ToString(), new ByteTokenizer(), context, WideGpt.Training.Validation.Fraction);
    }

    /// <summary>The tokens of some 200,000 characters out of 32,000, each a token: ideographs and syllables.</summary>
    public static TokenDataset Ideographs(int context)
    {
        const int Characters = 200_000;
        var alphabet = Enumerable.Range(0x4E00, 20_992).Concat(Enumerable.Range(0xAC00, 11_172)).Take(SmallLlama.Vocabulary).ToArray();
        var random = new Random(1);
        var text = string.Create(Characters, (random, alphabet), static (span, source) =>
        {
            foreach (ref var character in span)
            {
                character = (char)source.alphabet[source.random.Next(source.alphabet.Length)];
            }
        });
        return TokenDataset.Create(text, CharacterTokenizer.FromText(text), context, SmallLlama.Training.Validation.Fraction);
    }
}
