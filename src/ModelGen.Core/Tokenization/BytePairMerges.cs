namespace ModelGen.Tokenization;

/// <summary>The merges of a byte-pair encoding (Sennrich et al. 2016): which two tokens become which, and in what order.</summary>
internal sealed class BytePairMerges
{
    private const int Gone = -1;
    private const int NoRank = int.MaxValue;
    private const int ShortWord = 32;

    private readonly Dictionary<long, (int Rank, int Token)> _merges = [];

    /// <summary>Adds a merge, unless the pair has one.</summary>
    /// <returns>Whether it was added.</returns>
    public bool TryAdd(int left, int right, int rank, int token) => _merges.TryAdd(Key(left, right), (rank, token));

    /// <summary>Merges the tokens of a word: always the pair of the lowest rank, of those the leftmost, until none is left.</summary>
    /// <param name="tokens">The tokens; the result takes their place from the start on.</param>
    /// <returns>The number of tokens that are left.</returns>
    public int Apply(Span<int> tokens) => tokens.Length <= ShortWord ? ApplyByScan(tokens) : ApplyByQueue(tokens);

    /// <summary>Looks at all pairs before each merge: n² steps for n bytes, each of them cheap.</summary>
    private int ApplyByScan(Span<int> tokens)
    {
        Span<(int Rank, int Token)> merges = stackalloc (int, int)[ShortWord];
        for (var position = 0; position + 1 < tokens.Length; position++)
        {
            merges[position] = Find(tokens[position], tokens[position + 1]);
        }

        var count = tokens.Length;
        while (true)
        {
            var best = -1;
            for (var position = 0; position + 1 < count; position++)
            {
                if (merges[position].Rank < (best < 0 ? NoRank : merges[best].Rank))
                {
                    best = position;
                }
            }

            if (best < 0)
            {
                return count;
            }

            tokens[best] = merges[best].Token;
            tokens[(best + 2)..count].CopyTo(tokens[(best + 1)..]);
            merges[(best + 1)..count].CopyTo(merges[best..]);
            count--;
            if (best + 1 < count)
            {
                merges[best] = Find(tokens[best], tokens[best + 1]);
            }

            if (best > 0)
            {
                merges[best - 1] = Find(tokens[best - 1], tokens[best]);
            }
        }
    }

    private (int Rank, int Token) Find(int left, int right) =>
        _merges.TryGetValue(Key(left, right), out var merge) ? merge : (NoRank, Gone);

    /// <summary>Keeps the pairs in a queue: n log n steps for n bytes, so that no word is too long.</summary>
    private int ApplyByQueue(Span<int> tokens)
    {
        var count = tokens.Length;
        var previous = new int[count];
        var next = new int[count];
        var queue = new PriorityQueue<Candidate, long>(count);
        for (var position = 0; position < count; position++)
        {
            (previous[position], next[position]) = (position - 1, position + 1);
            Offer(position, position + 1, tokens);
        }

        while (queue.TryDequeue(out var candidate, out _))
        {
            var (position, left, right) = candidate;
            var after = next[position];
            if (tokens[position] != left || after == count || tokens[after] != right)
            {
                continue;
            }

            tokens[position] = _merges[Key(left, right)].Token;
            tokens[after] = Gone;
            next[position] = next[after];
            if (next[position] < count)
            {
                previous[next[position]] = position;
                Offer(position, next[position], tokens);
            }

            if (previous[position] >= 0)
            {
                Offer(previous[position], position, tokens);
            }
        }

        var kept = 0;
        foreach (var token in tokens)
        {
            if (token != Gone)
            {
                tokens[kept++] = token;
            }
        }

        return kept;

        void Offer(int position, int after, Span<int> all)
        {
            if (after < all.Length && _merges.TryGetValue(Key(all[position], all[after]), out var merge))
            {
                queue.Enqueue(new Candidate(position, all[position], all[after]), ((long)merge.Rank << 32) | (uint)position);
            }
        }
    }

    private static long Key(int left, int right) => ((long)left << 32) | (uint)right;

    /// <summary>A pair that can be merged, unless one of its tokens has been merged with another meanwhile.</summary>
    private readonly record struct Candidate(int Position, int Left, int Right);
}
