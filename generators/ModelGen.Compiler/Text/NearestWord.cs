namespace ModelGen.Compiler.Text;

/// <summary>Finds the known word that was most likely meant.</summary>
internal static class NearestWord
{
    // With more words, a suggestion would be slow to find; a longer list would not be read.
    private const int MostCompared = 256;
    private const int MostListed = 12;

    // A word of 64 letters can be near one of at most 96: they may differ by a third of the longer one's letters.
    private const int LongestWritten = 64;
    private const int LongestCompared = 96;

    /// <summary>"; did you mean 'linear'?" or, where no word is near, the words to choose from.</summary>
    public static string Hint(string written, IEnumerable<string> known)
    {
        var words = known.Take(MostCompared + 1).ToList();
        words.Sort(StringComparer.Ordinal);
        return words.Count > MostCompared ? ""
            : Find(written, words) is { } nearest ? $"; did you mean '{nearest}'?"
            : words.Count is 0 or > MostListed ? ""
            : $"; known here: {string.Join(", ", words)}";
    }

    /// <summary>
    /// The nearest word, within as many edits (insert, delete, replace, swap) as a third of the longer one's length; otherwise a word that
    /// contains the other.
    /// </summary>
    public static string? Find(string written, IEnumerable<string> known)
    {
        // Longer than any word we know by more than the allowed edits: nothing can be near.
        if (written.Length is 0 or > LongestWritten)
        {
            return null;
        }

        var normal = Normalise(written);
        var rows = new int[3][] { new int[LongestCompared + 1], new int[LongestCompared + 1], new int[LongestCompared + 1] };
        var (best, least) = (default(string), int.MaxValue);
        foreach (var word in known)
        {
            // Each letter of difference in length is an edit.
            var most = Math.Min(least, Math.Max(1, Math.Max(word.Length, written.Length) / 3));
            if (Math.Abs(word.Length - written.Length) > most || Distance(normal, Normalise(word), most, rows) is not { } distance)
            {
                continue;
            }

            if (distance < least || string.CompareOrdinal(word, best) < 0)
            {
                (best, least) = (word, distance);
            }
        }

        return best ?? Containing(normal, known);
    }

    // batch-size for batch, or conv for conv-transpose where there is no conv.
    private static string? Containing(string written, IEnumerable<string> known) =>
        known
            .Where(word => (word.Length >= 4 && written.Contains(word)) || (written.Length >= 4 && word.Contains(written)))
            .OrderByDescending(static word => word.Length)
            .ThenBy(static word => word, StringComparer.Ordinal)
            .FirstOrDefault();

    private static string Normalise(string word) => word.Replace('_', '-').ToLowerInvariant();

    // Optimal string alignment: Damerau (1964), "A technique for computer detection and correction of spelling errors". Null where it
    // exceeds the given maximum, which for most words shows in their first letters.
    private static int? Distance(string a, string b, int most, int[][] rows)
    {
        var (before, above, row) = (rows[0], rows[1], rows[2]);
        for (var j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            (before, above, row) = (above, row, before);
            row[0] = i;
            var nearest = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                row[j] = Math.Min(Math.Min(above[j] + 1, row[j - 1] + 1), above[j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }

                nearest = Math.Min(nearest, row[j]);
            }

            // A swap skips a row, hence the margin of one.
            if (nearest > most + 1)
            {
                return null;
            }
        }

        return row[b.Length] <= most ? row[b.Length] : null;
    }
}
