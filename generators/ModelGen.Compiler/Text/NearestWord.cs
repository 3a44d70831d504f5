namespace ModelGen.Compiler.Text;

/// <summary>Finds the known word that somebody most likely meant.</summary>
internal static class NearestWord
{
    // Among more words a suggestion would be slow to find, and a list of more would not be read.
    private const int MostCompared = 256;
    private const int MostListed = 12;

    /// <summary>"; did you mean 'linear'?" or, where no word is near, the words to choose from.</summary>
    public static string Hint(string written, IEnumerable<string> known)
    {
        var words = known.Take(MostCompared + 1).ToList();
        words.Sort(StringComparer.Ordinal);
        return words.Count > MostCompared ? ""
            : Find(written, words) is { } nearest ? $"; did you mean '{nearest}'?"
            : words.Count is 0 or > MostListed ? "" : $"; known here: {string.Join(", ", words)}";
    }

    /// <summary>The word within a third of its length in edits (insert, delete, replace, swap), nearest first; otherwise one that contains the other.</summary>
    public static string? Find(string written, IEnumerable<string> known)
    {
        // Longer than any word we know by more than the allowed edits: nothing can be near.
        if (written.Length is 0 or > 64)
        {
            return null;
        }

        var best = known
            .Select(word => (Word: word, Distance: Distance(Normalise(written), Normalise(word))))
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => candidate.Word, StringComparer.Ordinal)
            .FirstOrDefault();
        var isNear = best.Word is not null && best.Distance <= Math.Max(1, Math.Max(best.Word.Length, written.Length) / 3);
        return isNear ? best.Word : Containing(Normalise(written), known);
    }

    // batch-size for batch, or conv for conv-transpose where there is no conv.
    private static string? Containing(string written, IEnumerable<string> known) =>
        known.Where(word => (word.Length >= 4 && written.Contains(word)) || (written.Length >= 4 && word.Contains(written)))
            .OrderByDescending(word => word.Length)
            .ThenBy(word => word, StringComparer.Ordinal)
            .FirstOrDefault();

    private static string Normalise(string word) => word.Replace('_', '-').ToLowerInvariant();

    // Optimal string alignment: Damerau (1964), "A technique for computer detection and correction of spelling errors".
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            d[i, 0] = i;
        }

        for (var j = 0; j <= b.Length; j++)
        {
            d[0, j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[a.Length, b.Length];
    }
}
