using System.Text;
using ModelGen.Tokenization;

namespace ModelGen.Constraints;

/// <summary>The states in which the UTF-8 bytes of one character of a set are read, as few as possible.</summary>
internal sealed class ByteRangeStates
{
    private const int ContinuationBits = 6;

    // The first character of each number of bytes, and what their first bytes begin with.
    private static readonly (int First, int Last, int Mark)[] Lengths =
    [
        (0, 0x7F, 0),
        (0x80, 0x7FF, 0b1100_0000),
        (0x800, 0xFFFF, 0b1110_0000),
        (0x10000, 0x10FFFF, 0b1111_0000),
    ];

    private readonly List<List<(byte First, byte Last, int State)>> _states =
    [
        [],
    ];
    private readonly Dictionary<string, int> _known = new(StringComparer.Ordinal);

    /// <summary>Finds the states.</summary>
    /// <param name="characters">The characters.</param>
    public ByteRangeStates(CharacterRanges characters)
    {
        for (var length = 0; length < Lengths.Length; length++)
        {
            var (first, last, mark) = Lengths[length];
            var some = Within(characters.Parts, first, last);
            if (some.Count > 0)
            {
                Add(_states[0], some, length, mark);
            }
        }
    }

    /// <summary>For each state, where its bytes lead; <see cref="Done"/> after the last one. The first state is the first.</summary>
    public IReadOnlyList<IReadOnlyList<(byte First, byte Last, int State)>> States => _states;

    /// <summary>In place of a state: the character is complete.</summary>
    public const int Done = -1;

    // What continuation bytes still have to tell.
    private int StateOf(List<(int First, int Last)> values, int length)
    {
        if (length == 0)
        {
            return Done;
        }

        var key = new StringBuilder().Append(length);
        foreach (var (first, last) in values)
        {
            key.Append(' ').Append(first).Append('-').Append(last);
        }

        if (_known.TryGetValue(key.ToString(), out var known))
        {
            return known;
        }

        var state = _states.Count;
        _known.Add(key.ToString(), state);
        _states.Add([]);
        Add(_states[state], values, length - 1, mark: 0b1000_0000);
        return state;
    }

    // The next byte has the highest bits of the values, below its mark; so many continuation bytes follow.
    private void Add(List<(byte First, byte Last, int State)> edges, List<(int First, int Last)> values, int length, int mark)
    {
        var shift = ContinuationBits * length;
        for (var high = values[0].First >> shift; high <= values[^1].Last >> shift; high++)
        {
            var some = Within(values, high << shift, ((high + 1) << shift) - 1);
            if (some.Count == 0)
            {
                continue;
            }

            var state = StateOf(some.ConvertAll(range => (range.First - (high << shift), range.Last - (high << shift))), length);
            var value = (byte)(mark | high);
            if (edges.Count > 0 && edges[^1] is var (first, last, target) && target == state && last == value - 1)
            {
                edges[^1] = (first, value, state);
            }
            else
            {
                edges.Add((value, value, state));
            }
        }
    }

    private static List<(int First, int Last)> Within(IReadOnlyList<(int First, int Last)> ranges, int first, int last)
    {
        var some = new List<(int First, int Last)>();
        foreach (var range in ranges)
        {
            if (range.Last >= first && range.First <= last)
            {
                some.Add((Math.Max(range.First, first), Math.Min(range.Last, last)));
            }
        }

        return some;
    }
}
