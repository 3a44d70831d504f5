using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using ModelGen.Tokenization;

namespace ModelGen.Constraints;

/// <summary>
/// An automaton that reads the tokens of a tokenizer. It knows of each state how many tokens complete a text at least and at most, so that
/// no choice leads where none can be completed.
/// </summary>
/// <remarks>It may be used by several threads at once.</remarks>
internal sealed class TokenAutomaton
{
    /// <summary>In place of a number of tokens: as many as one likes.</summary>
    public const int Unbounded = int.MaxValue;

    private static readonly ConditionalWeakTable<Tokenizer, Vocabulary> Vocabularies = [];

    private readonly ByteAutomaton _bytes;
    private readonly TokenTrie _first;
    private readonly TokenTrie _later;

    // Of each state: how many tokens complete a text at least, −1 where none do; how many at most; and of the states that a token leads to,
    // the largest of the first numbers and the smallest of the second.
    private readonly int[] _shortest;
    private readonly int[] _longest;
    private readonly int[] _farthest;
    private readonly int[] _nearest;
    private readonly int[][] _leading;
    private readonly List<bool[]> _exact = []; // by number of tokens, whether so many complete a text from each state
    private readonly TokenSet?[] _allowed;
    private readonly ConcurrentDictionary<TokenSet, TokenSet> _sets = new();

    /// <summary>Prepares an automaton for a tokenizer.</summary>
    /// <param name="bytes">The automaton.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <exception cref="ModelGenException">There is too much to be found.</exception>
    public TokenAutomaton(ByteAutomaton bytes, Tokenizer tokenizer)
    {
        _bytes = bytes;
        (_first, _later) = Vocabularies.GetValue(tokenizer, Vocabulary.Of);

        // The last state is that before the first token.
        Start = bytes.StateCount;
        _leading = Explore();
        _shortest = Shortest();
        _longest = Longest();
        _farthest = [.. _leading.Select(targets => targets.Max(target => (int?)_shortest[target]) ?? 0)];
        _nearest = [.. _leading.Select(targets => targets.Where(IsLive).Min(target => (int?)_longest[target]) ?? 0)];
        _allowed = new TokenSet[_leading.Length];
    }

    /// <summary>The state before the first token.</summary>
    public int Start { get; }

    /// <summary>Whether a text may end in a state.</summary>
    public bool IsAccepting(int state) => _bytes.IsAccepting(state == Start ? 0 : state);

    /// <summary>Whether some tokens complete a text.</summary>
    public bool IsLive(int state) => _shortest[state] >= 0;

    /// <summary>How many tokens complete a text at least.</summary>
    public int ShortestFrom(int state) => _shortest[state];

    /// <summary>How many tokens a text may still have; <see cref="Unbounded"/> for any number.</summary>
    public int LongestFrom(int state) => _longest[state];

    /// <summary>Whether some number of tokens from one to another complete a text.</summary>
    /// <param name="state">The state.</param>
    /// <param name="least">The lowest number.</param>
    /// <param name="most">The highest.</param>
    public bool IsLive(int state, int least, int most)
    {
        var (shortest, longest) = (_shortest[state], _longest[state]);
        if (shortest < 0 || shortest > most || longest < least || most < least)
        {
            return false;
        }

        // One of the two is a number in between, or there is no end to them; else there may be gaps.
        if (shortest >= least || longest <= most || most == Unbounded)
        {
            return true;
        }

        for (var count = least; count <= most; count++)
        {
            if (Exactly(count)[state])
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The state after a token, or <see cref="ByteAutomaton.None"/>.</summary>
    public int Next(int state, int token)
    {
        var bytes = (state == Start ? _first : _later).BytesOf(token);
        var next = bytes.IsEmpty && state != Start ? ByteAutomaton.None : _bytes.Next(state == Start ? 0 : state, bytes);
        return next != ByteAutomaton.None && IsLive(next) ? next : ByteAutomaton.None;
    }

    /// <summary>The tokens that may come in a state.</summary>
    /// <param name="state">The state.</param>
    /// <param name="most">How many tokens there may be after this one.</param>
    /// <param name="least">How many tokens there must be after this one.</param>
    public TokenSet Allowed(int state, int most = Unbounded, int least = 0)
    {
        if (most < _farthest[state] || (least > 0 && (least > _nearest[state] || most != Unbounded)))
        {
            return Find(state, most, least);
        }

        if (Volatile.Read(ref _allowed[state]) is { } known)
        {
            return known;
        }

        // Many states allow the same tokens, such as those within a text in quotes.
        var found = Find(state, Unbounded, 0);
        found = _sets.GetOrAdd(found, found);
        Volatile.Write(ref _allowed[state], found);
        return found;
    }

    private TokenSet Find(int state, int most, int least)
    {
        var allowed = new TokenSet(_later.VocabularySize);
        Walk(state, (tokens, next) =>
        {
            if (IsLive(next, least, most))
            {
                foreach (var token in tokens)
                {
                    allowed.Add(token);
                }
            }
        });
        return allowed;
    }

    private bool[] Exactly(int count)
    {
        lock (_exact)
        {
            while (_exact.Count <= count)
            {
                var before = _exact.Count > 0 ? _exact[^1] : null;
                _exact.Add([
                    .. Enumerable
                        .Range(0, _leading.Length)
                        .Select(state => before is null ? IsAccepting(state) : Array.Exists(_leading[state], next => before[next])),
                ]);
            }

            return _exact[count];
        }
    }

    private int Walk(int state, Action<ReadOnlySpan<int>, int> found) =>
        (state == Start ? _first : _later).Walk(_bytes, state == Start ? 0 : state, found);

    // For each state that tokens reach from the start, the states that a token leads to; for others none.
    private int[][] Explore()
    {
        var leading = new int[Start + 1][];
        Array.Fill(leading, []);
        var isKnown = new bool[Start + 1];
        var nodes = 0L;
        int[] front = [Start];
        while (front.Length > 0)
        {
            Parallel.ForEach(front, (state, loop) =>
            {
                var targets = new HashSet<int>();
                var looked = Walk(state, (_, next) => targets.Add(next));
                leading[state] = [.. targets];
                if (!ConstraintSize.HasRoomFor(Interlocked.Add(ref nodes, looked)))
                {
                    loop.Stop();
                }
            });
            ConstraintSize.CheckNodes(nodes);
            front = [.. front.SelectMany(state => leading[state]).Where(next => !isKnown[next]).Distinct()];
            foreach (var state in front)
            {
                isKnown[state] = true;
            }
        }

        return leading;
    }

    // Breadth first from the ends of texts.
    private int[] Shortest()
    {
        var before = Before();
        var shortest = new int[_leading.Length];
        Array.Fill(shortest, -1);
        var open = new Queue<int>();
        for (var state = 0; state < _leading.Length; state++)
        {
            if (IsAccepting(state))
            {
                shortest[state] = 0;
                open.Enqueue(state);
            }
        }

        while (open.TryDequeue(out var state))
        {
            foreach (var source in before[state])
            {
                if (shortest[source] < 0)
                {
                    shortest[source] = shortest[state] + 1;
                    open.Enqueue(source);
                }
            }
        }

        return shortest;
    }

    // Backwards, each state after all that it leads to; what is on a circle, or leads to one, is never reached.
    private int[] Longest()
    {
        var before = Before();
        var left = Array.ConvertAll(_leading, targets => targets.Count(IsLive));
        var longest = new int[_leading.Length];
        Array.Fill(longest, Unbounded);
        var open = new Queue<int>(Enumerable.Range(0, _leading.Length).Where(state => left[state] == 0));
        while (open.TryDequeue(out var state))
        {
            longest[state] = _leading[state].Where(IsLive).Max(target => (int?)longest[target] + 1) ?? 0;
            foreach (var source in IsLive(state) ? before[state] : [])
            {
                if (--left[source] == 0)
                {
                    open.Enqueue(source);
                }
            }
        }

        return longest;
    }

    private List<int>[] Before()
    {
        var before = Array.ConvertAll(_leading, static _ => new List<int>());
        for (var state = 0; state < _leading.Length; state++)
        {
            foreach (var target in _leading[state])
            {
                before[target].Add(state);
            }
        }

        return before;
    }

    /// <summary>The tokens of a tokenizer, as the first of a text and as later ones.</summary>
    private sealed record Vocabulary(TokenTrie First, TokenTrie Later)
    {
        public static Vocabulary Of(Tokenizer tokenizer)
        {
            var later = new TokenTrie(tokenizer, isFirst: false);
            return tokenizer.TextTokens.All(token => tokenizer.BytesOf(token, isFirst: true).AsSpan().SequenceEqual(later.BytesOf(token)))
                ? new Vocabulary(later, later)
                : new Vocabulary(new TokenTrie(tokenizer, isFirst: true), later);
        }
    }
}
