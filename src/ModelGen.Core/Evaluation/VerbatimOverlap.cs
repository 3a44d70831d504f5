using System.Text;
using ModelGen.Data;

namespace ModelGen.Evaluation;

/// <summary>
/// Which passages of some texts stand word for word in a corpus: whether a model has memorised its training text. The corpus is read once,
/// piece by piece, and may be larger than memory, which holds an index of the texts alone: a suffix automaton of some 200 bytes for each of
/// their characters. The time is proportional to the corpus, some 50 nanoseconds for a character where the index fits into the processor's
/// cache and up to 250 where it does not: 5 seconds for 100 MB and twenty pages of text, 25 for a megabyte of it.
/// </summary>
public sealed class VerbatimOverlap
{
    private readonly IReadOnlyList<string> _texts;
    private readonly int[] _symbols;
    private readonly SuffixAutomaton _automaton;

    // By state, the length of the longest of its substrings that the corpus has; 0 if it has none.
    private readonly int[] _longest;
    private int _state = SuffixAutomaton.Root;
    private int _length;

    /// <summary>Indexes the texts; nothing of the corpus is read yet.</summary>
    /// <param name="texts">The texts whose passages are looked for, of at most 2²⁸ characters together.</param>
    /// <exception cref="ModelGenException">The texts are too long.</exception>
    public VerbatimOverlap(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        _texts = texts;

        // Each text ends with a symbol that nothing else has, so that no passage goes from one into the next.
        _symbols =
        [
            .. texts.SelectMany(static (text, index) => text.EnumerateRunes().Select(static rune => rune.Value).Append(-1 - index)),
        ];
        _automaton = new SuffixAutomaton(_symbols);
        _longest = new int[_automaton.Count];
    }

    /// <summary>The number of characters of the texts.</summary>
    public long CharacterCount => _symbols.Length - _texts.Count;

    /// <summary>Reads a whole corpus.</summary>
    /// <param name="texts">The texts whose passages are looked for.</param>
    /// <param name="corpus">The corpus.</param>
    /// <param name="progress">Receives the share of the corpus that has been read, from 0 to 1.</param>
    /// <param name="cancellation">Cancels reading.</param>
    /// <returns>What the corpus has of the texts.</returns>
    /// <exception cref="ModelGenException">The texts are too long, or a file cannot be read or has changed.</exception>
    /// <exception cref="OperationCanceledException">Reading was cancelled.</exception>
    public static VerbatimOverlap Between(
        IReadOnlyList<string> texts,
        TextCorpus corpus,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(corpus);
        var overlap = new VerbatimOverlap(texts);
        foreach (var piece in corpus.Pieces(progress, cancellation))
        {
            overlap.Read(piece.Span);
        }

        return overlap;
    }

    /// <summary>Reads the next piece of the corpus; passages may go on from one piece to the next.</summary>
    /// <param name="piece">Whole characters.</param>
    public void Read(ReadOnlySpan<char> piece)
    {
        foreach (var rune in piece.EnumerateRunes())
        {
            // The longest end of what has been read that is a passage of the texts.
            var next = _automaton.Next(_state, rune.Value);
            while (next < 0 && _state != SuffixAutomaton.Root)
            {
                _state = _automaton.LinkOf(_state);
                _length = _automaton.LengthOf(_state);
                next = _automaton.Next(_state, rune.Value);
            }

            if (next >= 0)
            {
                _state = next;
                _length++;
                _longest[_state] = Math.Max(_longest[_state], _length);
            }
        }
    }

    /// <summary>The longest passage of the texts that what has been read of the corpus has too, the first of several; empty if
    /// none.</summary>
    /// <returns>The passage.</returns>
    public string Longest()
    {
        var matches = Matches();
        var (end, length) = (0, 0);
        for (var place = 0; place < matches.Length; place++)
        {
            if (matches[place] > length)
            {
                (end, length) = (place, matches[place]);
            }
        }

        var passage = new StringBuilder();
        foreach (var symbol in _symbols.AsSpan(length == 0 ? 0 : end - length + 1, length))
        {
            passage.Append(new Rune(symbol).ToString());
        }

        return passage.ToString();
    }

    /// <summary>The share of the texts' characters that stand in passages of at least some length which the corpus has too.</summary>
    /// <param name="length">The length in characters (Unicode scalar values), at least 1.</param>
    /// <returns>From 0 to 1; NaN if the texts are empty.</returns>
    public double Share(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        var matches = Matches();
        var (inside, start) = (0L, matches.Length);
        for (var place = matches.Length - 1; place >= 0; place--)
        {
            if (matches[place] >= length)
            {
                start = Math.Min(start, place - matches[place] + 1);
            }

            inside += place >= start && _symbols[place] >= 0 ? 1 : 0;
        }

        return (double)inside / CharacterCount;
    }

    // By the place where a passage ends, the length of the longest that the corpus has.
    private int[] Matches()
    {
        var order = Enumerable.Range(1, _automaton.Count - 1).OrderBy(_automaton.LengthOf).ToArray();
        var longest = (int[])_longest.Clone();
        foreach (var state in order.AsEnumerable().Reverse())
        {
            // What the corpus has, it has all ends of.
            var link = _automaton.LinkOf(state);
            if (longest[state] > 0)
            {
                longest[link] = _automaton.LengthOf(link);
            }
        }

        foreach (var state in order)
        {
            if (longest[state] == 0)
            {
                longest[state] = longest[_automaton.LinkOf(state)];
            }
        }

        var matches = new int[_symbols.Length];
        for (var place = 0; place < matches.Length; place++)
        {
            matches[place] = longest[_automaton.Prefixes[place]];
        }

        return matches;
    }
}
