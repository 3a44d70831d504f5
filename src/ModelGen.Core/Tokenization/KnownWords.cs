namespace ModelGen.Tokenization;

/// <summary>
/// The tokens of words that have been encoded, for any number of threads. A word takes the place of another with the same hash, so that
/// memory is bounded and no choice of words makes it slow.
/// </summary>
internal sealed class KnownWords
{
    private const int Fewest = 1 << 12;
    private const int Most = 1 << 16;
    private const int LongestWord = 32;

    // Each entry is immutable and a reference is written whole, so that no lock is needed; a lost entry is encoded again.
    private volatile Entry?[] _entries = new Entry?[Fewest];
    private int _added;

    /// <summary>Finds the tokens of a word.</summary>
    /// <param name="word">The word.</param>
    /// <returns>The tokens; null if it is not known.</returns>
    public int[]? Find(ReadOnlySpan<char> word)
    {
        var entries = _entries;
        return entries[Hash(word) & (uint)(entries.Length - 1)] is { } entry && word.SequenceEqual(entry.Word) ? entry.Tokens : null;
    }

    /// <summary>Remembers the tokens of a word, unless it is too long to be met often.</summary>
    /// <param name="word">The word.</param>
    /// <param name="tokens">Its tokens.</param>
    /// <returns>The tokens.</returns>
    public int[] Add(ReadOnlySpan<char> word, int[] tokens)
    {
        if (word.Length > LongestWord)
        {
            return tokens;
        }

        var entries = _entries;
        if (++_added > entries.Length && entries.Length < Most)
        {
            _added = 0;
            entries = Enlarge(entries);
        }

        entries[Hash(word) & (uint)(entries.Length - 1)] = new Entry(word.ToString(), tokens);
        return tokens;
    }

    private static uint Hash(ReadOnlySpan<char> word)
    {
        // 2^64 divided by the golden ratio, made odd.
        const ulong Multiplier = 0x9E37_79B9_7F4A_7C15;
        var hash = (ulong)word.Length;
        foreach (var unit in word)
        {
            hash = (hash ^ unit) * Multiplier;
        }

        return (uint)(hash >> 32);
    }

    private Entry?[] Enlarge(Entry?[] entries)
    {
        var larger = new Entry?[4 * entries.Length];
        foreach (var entry in entries)
        {
            if (entry is not null)
            {
                larger[Hash(entry.Word) & (uint)(larger.Length - 1)] = entry;
            }
        }

        _entries = larger;
        return larger;
    }

    private sealed class Entry(string word, int[] tokens)
    {
        public string Word => word;

        public int[] Tokens => tokens;
    }
}
