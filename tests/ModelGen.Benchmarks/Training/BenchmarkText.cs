using System.Text;
using ModelGen.Data;
using ModelGen.Tokenization;

namespace ModelGen.Benchmarks.Training;

/// <summary>Text to train on. What it says does not matter to speed, so it is made up: words of random letters.</summary>
internal static class BenchmarkText
{
    /// <summary>The tokens of some 200,000 bytes.</summary>
    public static TokenDataset Tokens(int context)
    {
        var random = new Random(1);
        var text = new StringBuilder();
        while (text.Length < 200_000)
        {
            for (var letters = random.Next(1, 10); letters > 0; letters--)
                text.Append((char)('a' + random.Next(26)));
            text.Append(' ');
        }

        return TokenDataset.Create(text.ToString(), new ByteTokenizer(), context, CharGpt.Training.Validation.Fraction);
    }
}
