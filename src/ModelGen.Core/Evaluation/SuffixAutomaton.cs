namespace ModelGen.Evaluation;

/// <summary>
/// The smallest automaton that reads exactly the substrings of a sequence (Blumer et al. 1985, "The smallest automaton recognizing the
/// subwords of a text"), built symbol by symbol in time and memory proportional to the sequence: at most two states and three edges for
/// each symbol.
/// </summary>
internal sealed class SuffixAutomaton
{
    /// <summary>The state of the empty sequence.</summary>
    public const int Root = 0;

    private const int None = -1;
    private const ulong Multiplier = 0x9E3779B97F4A7C15; // 2⁶⁴ by the golden ratio

    private readonly int[] _lengths;
    private readonly int[] _links;
    private readonly int[] _firstEdges;
    private readonly Edge[] _edges;
    private readonly int _shift;
    private readonly int[] _prefixes;
    private int _count = 1;

    /// <param name="sequence">The sequence.</param>
    /// <exception cref="ModelGenException">It is too long.</exception>
    public SuffixAutomaton(ReadOnlySpan<int> sequence)
    {
        // At most three quarters of the slots get an edge, so that one is found in a few steps.
        var slots = System.Numerics.BitOperations.RoundUpToPowerOf2((4UL * (ulong)sequence.Length) + 4);
        if (slots > (1 << 30))
        {
            throw new ModelGenException(
                $"{sequence.Length} characters are too many to look for in another text; pass at most {(1 << 28) - 1} at once."
            );
        }

        _shift = 64 - System.Numerics.BitOperations.Log2(slots);
        _edges = new Edge[slots];
        _lengths = new int[(2 * sequence.Length) + 1];
        _links = new int[_lengths.Length];
        _firstEdges = new int[_lengths.Length];
        Array.Fill(_firstEdges, None);
        _links[Root] = None;
        _prefixes = new int[sequence.Length];
        var last = Root;
        for (var place = 0; place < sequence.Length; place++)
        {
            last = Extend(last, sequence[place]);
            _prefixes[place] = last;
        }
    }

    /// <summary>The number of states.</summary>
    public int Count => _count;

    /// <summary>The state that each prefix of the sequence leads to, from that of one symbol on.</summary>
    public ReadOnlySpan<int> Prefixes => _prefixes;

    /// <summary>The length of the longest substring that leads to a state.</summary>
    public int LengthOf(int state) => _lengths[state];

    /// <summary>
    /// The state of the longest suffix of a state's substrings that leads to another state; negative for <see cref="Root"/>.
    /// </summary>
    public int LinkOf(int state) => _links[state];

    /// <summary>The state after one more symbol; negative if the sequence has no such substring.</summary>
    public int Next(int state, int symbol)
    {
        var slot = SlotOf(state, symbol);
        return _edges[slot].IsUsed ? _edges[slot].Target : None;
    }

    private int Extend(int last, int symbol)
    {
        var added = _count++;
        _lengths[added] = _lengths[last] + 1;
        var state = last;
        while (state != None && Next(state, symbol) == None)
        {
            AddEdge(state, symbol, added);
            state = _links[state];
        }

        _links[added] = state == None ? Root : SuffixState(state, symbol);
        return added;
    }

    // Where the substrings of a state lead with the symbol, without longer ones that lead there too.
    private int SuffixState(int state, int symbol)
    {
        var target = Next(state, symbol);
        if (_lengths[target] == _lengths[state] + 1)
        {
            return target;
        }

        var clone = _count++;
        _lengths[clone] = _lengths[state] + 1;
        _links[clone] = _links[target];
        for (var slot = _firstEdges[target]; slot != None; slot = _edges[slot].Following)
        {
            AddEdge(clone, _edges[slot].Symbol, _edges[slot].Target);
        }

        while (state != None && Next(state, symbol) == target)
        {
            _edges[SlotOf(state, symbol)].Target = clone;
            state = _links[state];
        }

        _links[target] = clone;
        return clone;
    }

    private void AddEdge(int state, int symbol, int target)
    {
        var slot = SlotOf(state, symbol);
        _edges[slot] = new Edge
        {
            Source = state,
            Symbol = symbol,
            Target = target,
            Following = _firstEdges[state],
            IsUsed = true,
        };
        _firstEdges[state] = slot;
    }

    // The slot of an edge, or the one where it would be.
    private int SlotOf(int state, int symbol)
    {
        var slot = (int)(((((ulong)(uint)state << 32) | (uint)symbol) * Multiplier) >> _shift);
        while (_edges[slot].IsUsed && (_edges[slot].Source != state || _edges[slot].Symbol != symbol))
        {
            slot = (slot + 1) & (_edges.Length - 1);
        }

        return slot;
    }

    private struct Edge
    {
        public int Source;
        public int Symbol;
        public int Target;

        // The slot of the next edge of the same source.
        public int Following;
        public bool IsUsed;
    }
}
