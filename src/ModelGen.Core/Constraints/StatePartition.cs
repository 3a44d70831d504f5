namespace ModelGen.Constraints;

/// <summary>Live states in blocks that become smaller.</summary>
internal sealed class StatePartition
{
    private readonly int[] _members; // by block
    private readonly int[] _places; // of each state in the members
    private readonly int[] _blocks; // of each state, −1 for those that are in none
    private readonly List<(int Start, int End, int Marked)> _bounds = []; // the marked ones of a block come first
    private readonly List<int> _touched = [];

    /// <param name="isLive">Whether each state is in a block.</param>
    /// <param name="isAccepting">Tells the first blocks apart.</param>
    public StatePartition(bool[] isLive, bool[] isAccepting)
    {
        (_places, _blocks) = (new int[isLive.Length], new int[isLive.Length]);
        Array.Fill(_blocks, -1);
        int[] live = [.. Enumerable.Range(0, isLive.Length).Where(state => isLive[state])];
        _members = [.. live.Where(state => isAccepting[state]), .. live.Where(state => !isAccepting[state])];
        var accepting = live.Count(state => isAccepting[state]);
        AddBlock(0, accepting);
        AddBlock(accepting, live.Length);
        for (var place = 0; place < _members.Length; place++)
        {
            _places[_members[place]] = place;
        }
    }

    /// <summary>How many blocks there are.</summary>
    public int Count => _bounds.Count;

    /// <summary>Whether a state is in a block.</summary>
    public bool Has(int state) => _blocks[state] >= 0;

    /// <summary>The block of a state.</summary>
    public int BlockOf(int state) => _blocks[state];

    /// <summary>The states of a block, until one of it is marked.</summary>
    public ReadOnlySpan<int> Members(int block) => _members.AsSpan(_bounds[block].Start.._bounds[block].End);

    /// <summary>Marks a state, which goes to the first places of its block.</summary>
    public void Mark(int state)
    {
        var block = _blocks[state];
        var (start, end, marked) = _bounds[block];
        var place = _places[state];
        if (place < start + marked)
        {
            return;
        }

        if (marked == 0)
        {
            _touched.Add(block);
        }

        var other = _members[start + marked];
        (_members[place], _members[start + marked]) = (other, state);
        (_places[other], _places[state]) = (place, start + marked);
        _bounds[block] = (start, end, marked + 1);
    }

    /// <summary>Splits each block that has marked states and others; then none is marked.</summary>
    /// <returns>Each such block, which is now the larger part, with the new block of the smaller part.</returns>
    public List<(int Block, int Part)> Split()
    {
        var parts = new List<(int Block, int Part)>();
        foreach (var block in _touched)
        {
            var (start, end, marked) = _bounds[block];
            var middle = start + marked;
            _bounds[block] = (start, end, 0);
            if (middle == end)
            {
                continue;
            }

            var isFirstSmaller = marked <= end - middle;
            _bounds[block] = isFirstSmaller ? (middle, end, 0) : (start, middle, 0);
            parts.Add((block, Count));
            AddBlock(isFirstSmaller ? start : middle, isFirstSmaller ? middle : end);
        }

        _touched.Clear();
        return parts;
    }

    private void AddBlock(int start, int end)
    {
        if (start == end)
        {
            return;
        }

        foreach (var state in _members.AsSpan(start..end))
        {
            _blocks[state] = Count;
        }

        _bounds.Add((start, end, 0));
    }
}
