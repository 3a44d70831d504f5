using System.Text;

namespace ModelGen.Tests.Tokenization;

/// <summary>Texts that a tokenizer may meet, from a seed.</summary>
internal static class RandomTexts
{
    /// <summary>Words that come again and again, so that there is something to learn, between white space and signs of all kinds.</summary>
    public static string Prose(int seed, int words)
    {
        string[] pieces =
        [
            "the",
            "The",
            "then",
            "there",
            "other",
            "mother",
            "low",
            "lower",
            "lowest",
            "we're",
            "it's",
            "I'll",
            "naïve",
            "Straße",
            "größer",
            "привет",
            "мир",
            "日本語",
            "日本",
            "한국어",
            "😀",
            "👩‍👩‍👧",
            "42",
            "4711",
            "3.14",
            "²³",
            "x_1",
            "-->",
            "...",
            "aaaa",
            "aaaaaaa",
            "abab",
        ];
        string[] gaps = [" ", " ", " ", " ", " ", "  ", "\n", "\n\n  ", "\t", "", " \r\n", "\u00A0", "   "];
        var random = new Random(seed);
        var text = new StringBuilder();
        for (var word = 0; word < words; word++)
        {
            text.Append(pieces[random.Next(pieces.Length)]).Append(gaps[random.Next(gaps.Length)]);
        }

        return text.ToString();
    }

    /// <summary>Any characters at all, from control characters to the last planes.</summary>
    public static string Noise(int seed, int characters)
    {
        int[] limits = [0x20, 0x80, 0x250, 0x3100, 0xD800, 0x1FB00, 0x110000];
        var random = new Random(seed);
        var text = new StringBuilder();
        while (characters > 0)
        {
            if (Rune.TryCreate(random.Next(limits[random.Next(limits.Length)]), out var rune))
            {
                text.Append(rune);
                characters--;
            }
        }

        return text.ToString();
    }

    /// <summary>A text in pieces, none of which ends inside a surrogate pair.</summary>
    public static IEnumerable<string> Pieces(string text, Random random, int longest)
    {
        for (int start = 0, end; start < text.Length; start = end)
        {
            end = Math.Min(text.Length, start + random.Next(1, longest + 1));
            end += end < text.Length && char.IsLowSurrogate(text[end]) ? 1 : 0;
            yield return text[start..end];
        }
    }
}
