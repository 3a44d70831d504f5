namespace ModelGen.Evaluation;

/// <summary>The n-grams of some texts as numbers: equal n-grams have equal numbers, different ones different numbers.</summary>
internal sealed class NgramIds
{
    private readonly int[][] _words;

    /// <param name="texts">The words of each text.</param>
    public NgramIds(IReadOnlyList<IReadOnlyList<string>> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        _words = [.. texts.Select(text => text.Select(word => IdOf(ids, word)).ToArray())];
    }

    /// <summary>The n-grams of each text, in their order; none for a text of fewer than n words.</summary>
    /// <param name="n">n, at least 1.</param>
    public int[][] Of(int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        var grams = _words;
        for (var length = 2; length <= n; length++)
        {
            // An n-gram is the (n - 1)-gram that it begins with, and one more word.
            var (shorter, added, ids) = (grams, length - 1, new Dictionary<(int, int), int>());
            grams =
            [
                .. _words.Select(
                    (words, text) => words.Skip(added).Select((word, place) => IdOf(ids, (shorter[text][place], word))).ToArray()
                ),
            ];
        }

        return grams;
    }

    private static int IdOf<T>(Dictionary<T, int> ids, T key)
        where T : notnull
    {
        if (!ids.TryGetValue(key, out var id))
        {
            id = ids.Count;
            ids.Add(key, id);
        }

        return id;
    }
}
