using ModelGen.Data;

namespace ModelGen.Tokenization;

/// <summary>Counts the words of a text, on all processors; the result does not depend on how many there are.</summary>
internal static class WordCounts
{
    // Words of 8 characters on average then take some hundred megabytes.
    private const int MostWords = 1 << 22;
    private const int ChunkLength = 1 << 20;

    // A string has no more than 2^30 characters.
    private const int MostHeld = 1 << 29;

    /// <summary>Counts the words that GPT-2's pattern cuts a text into; special tokens are left out.</summary>
    /// <param name="text">The text.</param>
    /// <param name="specials">The special tokens; none has white space.</param>
    /// <param name="progress">Receives the share that has been read, from 0 to 1.</param>
    /// <param name="cancellation">Cancels counting.</param>
    /// <param name="threads">How many chunks are counted at once.</param>
    /// <param name="mostWords">Where there are more distinct words, the rarest so far are forgotten, down to half as many.</param>
    /// <param name="chunkLength">How many characters are counted at a time.</param>
    public static Dictionary<string, long> Of(
        TextCorpus text,
        SpecialTokenSet specials,
        IProgress<double>? progress,
        CancellationToken cancellation,
        int threads,
        int mostWords = MostWords,
        int chunkLength = ChunkLength
    )
    {
        var all = new Dictionary<string, long>();
        var running = new Queue<Task<Dictionary<string, long>>>();
        foreach (var chunk in Chunks(text, chunkLength, progress, cancellation))
        {
            running.Enqueue(Task.Run(() => Count(chunk, specials), cancellation));
            if (running.Count > threads)
            {
                AddNext();
            }
        }

        while (running.Count > 0)
        {
            AddNext();
        }

        return all;

        // In the order of the text: what is forgotten must not depend on which thread is faster.
        void AddNext()
        {
            foreach (var (word, count) in running.Dequeue().GetAwaiter().GetResult())
            {
                all[word] = all.GetValueOrDefault(word) + count;
            }

            for (var rarest = 1L; all.Count > mostWords || (rarest > 1 && all.Count > mostWords / 2); rarest++)
            {
                foreach (var word in all.Where(entry => entry.Value <= rarest).Select(static entry => entry.Key).ToList())
                {
                    all.Remove(word);
                }
            }
        }
    }

    private static Dictionary<string, long> Count(string chunk, SpecialTokenSet specials)
    {
        var counter = new Counter(specials);
        counter.Append(chunk);
        counter.Flush();
        return counter.Counts;
    }

    /// <summary>Cuts a text before white space that follows other characters, where GPT-2's pattern always cuts it, too.</summary>
    private static IEnumerable<string> Chunks(TextCorpus text, int chunkLength, IProgress<double>? progress, CancellationToken cancellation)
    {
        var held = new System.Text.StringBuilder();
        var wanted = chunkLength;
        foreach (var piece in text.Pieces(progress, cancellation))
        {
            var rest = piece;
            while (!rest.IsEmpty)
            {
                var part = rest[..Math.Min(rest.Length, Math.Max(1, wanted - held.Length))];
                held.Append(part.Span);
                rest = rest[part.Length..];
                if (held.Length < wanted)
                {
                    continue;
                }

                var chunk = held.ToString();
                var cut = chunk.Length - 1;
                while (cut > 0 && !(char.IsWhiteSpace(chunk[cut]) && !char.IsWhiteSpace(chunk[cut - 1])))
                {
                    cut--;
                }

                // Without such a place, look again when there is twice as much, so that the work stays proportional to the text.
                wanted = cut > 0 ? chunkLength : 2 * held.Length;
                if (wanted > MostHeld)
                {
                    throw new ModelGenException(
                        $"The text goes on for {held.Length} characters without white space; break it into lines first."
                    );
                }

                if (cut > 0)
                {
                    held.Clear().Append(chunk.AsSpan(cut));
                    yield return chunk[..cut];
                }
            }
        }

        if (held.Length > 0)
        {
            yield return held.ToString();
        }
    }

    private sealed class Counter(SpecialTokenSet specials) : WordSplitter([BpeTokenizer.Gpt2], specials)
    {
        private readonly Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> _lookup = new Dictionary<
            string,
            long
        >().GetAlternateLookup<ReadOnlySpan<char>>();

        public Dictionary<string, long> Counts => _lookup.Dictionary;

        protected override void TakeWord(ReadOnlySpan<char> word) =>
            System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_lookup, word, out _)++;

        protected override void TakeSpecial(int id, int length) { }
    }
}
