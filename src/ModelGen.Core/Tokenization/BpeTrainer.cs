using System.Runtime.InteropServices;
using System.Text;

namespace ModelGen.Tokenization;

/// <summary>
/// Learns the merges of a byte-pair encoding (Sennrich et al. 2016, algorithm 1) from the words of a text and how often each occurs. The
/// counts of pairs are kept up to date in the words that a merge changes, instead of being counted anew.
/// </summary>
internal sealed class BpeTrainer
{
    private const int FewestOccurrences = 2;

    // The tokens of all words, one word after another; a word becomes shorter with its merges.
    private readonly int[] _tokens;
    private readonly (int Start, int Length, long Count)[] _words;
    private readonly Dictionary<(int Left, int Right), int> _index = [];
    private readonly List<Pair> _pairs = [];
    private readonly PriorityQueue<int, (long Count, int Left, int Right)> _queue = new(new MostFrequentFirst());
    private readonly List<int> _changed = [];

    /// <param name="counts">How often each word occurs.</param>
    public BpeTrainer(Dictionary<string, long> counts)
    {
        var length = counts.Keys.Sum(static word => (long)Encoding.UTF8.GetByteCount(word));
        if (length > Array.MaxLength)
        {
            throw new ModelGenException(
                $"The distinct words of the text have {length} bytes, more than memory can hold; use a part of it."
            );
        }

        _tokens = new int[length];
        _words = new (int, int, long)[counts.Count];
        var (start, number) = (0, 0);
        foreach (var (word, count) in counts)
        {
            var bytes = Encoding.UTF8.GetBytes(word);
            for (var index = 0; index < bytes.Length; index++)
            {
                _tokens[start + index] = bytes[index];
                if (index > 0)
                {
                    Add(bytes[index - 1], bytes[index], count, number);
                }
            }

            _words[number++] = (start, bytes.Length, count);
            start += bytes.Length;
        }

        QueueChanged();
    }

    /// <summary>
    /// Finds the merges: each time the pair that occurs most often; of pairs that occur equally often the one whose left token has the
    /// lower id, then the one whose right token has.
    /// </summary>
    /// <param name="most">How many merges at most; they are fewer where no pair is left that occurs twice.</param>
    /// <param name="progress">Receives the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Cancels training.</param>
    /// <returns>The pairs in order; the first makes the token 256.</returns>
    public List<(int Left, int Right)> Train(int most, IProgress<double>? progress, CancellationToken cancellation)
    {
        const int Bytes = 256;
        var merges = new List<(int Left, int Right)>();
        while (merges.Count < most && _queue.TryDequeue(out var index, out var queued))
        {
            cancellation.ThrowIfCancellationRequested();
            var pair = _pairs[index];
            if (pair.Count != queued.Count)
            {
                // It has become rarer since: a merge of another pair took some of its occurrences.
                Queue(index);
                continue;
            }

            // No other pair makes the same text: no merge has crossed the ends of a token, so that inside they were the same everywhere.
            merges.Add((pair.Left, pair.Right));
            foreach (var word in CollectionsMarshal.AsSpan(pair.Words))
            {
                Merge(word, pair.Left, pair.Right, Bytes + merges.Count - 1);
            }

            pair.Words = [];
            pair.Count = 0;
            QueueChanged();
            progress?.Report((double)merges.Count / most);
        }

        progress?.Report(1);
        return merges;
    }

    private void Merge(int number, int left, int right, int merged)
    {
        ref var word = ref _words[number];
        var tokens = _tokens.AsSpan(word.Start, word.Length);
        var kept = 0;
        for (var index = 0; index < tokens.Length; index++)
        {
            if (tokens[index] != left || index + 1 == tokens.Length || tokens[index + 1] != right)
            {
                tokens[kept++] = tokens[index];
                continue;
            }

            if (kept > 0)
            {
                Add(tokens[kept - 1], left, -word.Count, number);
                Add(tokens[kept - 1], merged, word.Count, number);
            }

            if (index + 2 < tokens.Length)
            {
                Add(right, tokens[index + 2], -word.Count, number);
                Add(merged, tokens[index + 2], word.Count, number);
            }

            tokens[kept++] = merged;
            index++;
        }

        word.Length = kept;
    }

    private void Add(int left, int right, long count, int word)
    {
        if (!_index.TryGetValue((left, right), out var index))
        {
            index = _pairs.Count;
            _index.Add((left, right), index);
            _pairs.Add(new Pair(left, right));
        }

        var pair = _pairs[index];
        pair.Count += count;
        if (count < 0)
        {
            return;
        }

        if (pair.Words.Count == 0 || pair.Words[^1] != word)
        {
            pair.Words.Add(word);
        }

        if (!pair.HasGrown)
        {
            pair.HasGrown = true;
            _changed.Add(index);
        }
    }

    private void QueueChanged()
    {
        foreach (var index in _changed)
        {
            _pairs[index].HasGrown = false;
            Queue(index);
        }

        _changed.Clear();
    }

    private void Queue(int index)
    {
        var pair = _pairs[index];
        if (pair.Count >= FewestOccurrences)
        {
            _queue.Enqueue(index, (pair.Count, pair.Left, pair.Right));
        }
    }

    private sealed class Pair(int left, int right)
    {
        public int Left => left;

        public int Right => right;

        public long Count { get; set; }

        /// <summary>The words that have it, and some that had it.</summary>
        public List<int> Words { get; set; } = [];

        public bool HasGrown { get; set; }
    }

    private sealed class MostFrequentFirst : IComparer<(long Count, int Left, int Right)>
    {
        public int Compare((long Count, int Left, int Right) one, (long Count, int Left, int Right) other) =>
            one.Count != other.Count ? other.Count.CompareTo(one.Count)
            : one.Left != other.Left ? one.Left.CompareTo(other.Left)
            : one.Right.CompareTo(other.Right);
    }
}
