using System.Text;
using System.Text.RegularExpressions;

namespace ModelGen.Tests.Tokenization;

/// <summary>
/// Byte-pair encoding as plainly as it can be written: training counts all pairs anew before each merge, encoding looks for the next merge
/// in the whole list. Words are strings of Latin-1, a character for each byte, and tokens are strings.
/// </summary>
internal static class ReferenceBpe
{
    private static readonly Regex Words = new(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+");

    public static List<(string Left, string Right)> Train(string text, int merges)
    {
        var words = Split(text).Select(static word => word.Select(static unit => unit.ToString()).ToList()).ToList();
        var ids = Enumerable.Range(0, 256).ToDictionary(static value => ((char)value).ToString());
        var found = new List<(string, string)>();
        while (found.Count < merges)
        {
            var counts = new Dictionary<(string Left, string Right), int>();
            foreach (var word in words)
            {
                for (var index = 0; index + 1 < word.Count; index++)
                {
                    counts[(word[index], word[index + 1])] = counts.GetValueOrDefault((word[index], word[index + 1])) + 1;
                }
            }

            var best = counts
                .OrderByDescending(static entry => entry.Value)
                .ThenBy(entry => ids[entry.Key.Left])
                .ThenBy(entry => ids[entry.Key.Right])
                .FirstOrDefault();
            if (best.Value < 2)
            {
                break;
            }

            ids.TryAdd(best.Key.Left + best.Key.Right, 256 + found.Count);
            found.Add(best.Key);
            words.ForEach(word => Merge(word, best.Key));
        }

        return found;
    }

    public static List<string> Encode(string text, IReadOnlyList<(string Left, string Right)> merges)
    {
        var tokens = new List<string>();
        foreach (var word in Split(text))
        {
            var parts = word.Select(static unit => unit.ToString()).ToList();
            while (merges.FirstOrDefault(merge => Has(parts, merge)) is { Left: not null } next)
            {
                Merge(parts, next);
            }

            tokens.AddRange(parts);
        }

        return tokens;
    }

    private static IEnumerable<string> Split(string text) =>
        Words.Matches(text).Select(static match => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(match.Value)));

    private static bool Has(List<string> word, (string Left, string Right) pair) =>
        Enumerable.Range(0, Math.Max(0, word.Count - 1)).Any(index => (word[index], word[index + 1]) == pair);

    private static void Merge(List<string> word, (string Left, string Right) pair)
    {
        for (var index = 0; index + 1 < word.Count; index++)
        {
            if ((word[index], word[index + 1]) == pair)
            {
                word[index] += word[index + 1];
                word.RemoveAt(index + 1);
            }
        }
    }
}
