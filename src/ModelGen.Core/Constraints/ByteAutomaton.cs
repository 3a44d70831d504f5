using System.Text;

namespace ModelGen.Constraints;

/// <summary>
/// A deterministic finite automaton that reads the UTF-8 bytes of a text, with as few states as possible; from each of them a text of the
/// set can be completed.
/// </summary>
internal sealed class ByteAutomaton
{
    /// <summary>In place of a state: no text of the set begins so.</summary>
    public const int None = -1;

    private readonly int[] _next; // by state and class of bytes
    private readonly byte[] _classes;
    private readonly int _classCount;
    private readonly bool[] _isAccepting;

    /// <param name="classes">For each byte its class; bytes of a class lead to the same states.</param>
    /// <param name="classCount">How many classes there are.</param>
    /// <param name="next">For each state and class the next state.</param>
    /// <param name="isAccepting">Whether the text may end in each state; the first state is the first. Empty for the empty set.</param>
    private ByteAutomaton(byte[] classes, int classCount, int[] next, bool[] isAccepting) =>
        (_classes, _classCount, _next, _isAccepting) = (classes, classCount, next, isAccepting);

    /// <summary>How many states there are: none if there is no text. The first one is 0.</summary>
    public int StateCount => _isAccepting.Length;

    /// <summary>Builds the smallest automaton that accepts the same as another one.</summary>
    /// <param name="classes">For each byte its class.</param>
    /// <param name="classCount">How many classes there are.</param>
    /// <param name="next">For each state and class the next state, or <see cref="None"/>.</param>
    /// <param name="isAccepting">Whether the text may end in each state; the first state is the first.</param>
    public static ByteAutomaton Smallest(byte[] classes, int classCount, int[] next, bool[] isAccepting)
    {
        var (smallNext, smallAccepting) = AutomatonReduction.Reduce(classCount, next, isAccepting);
        return new ByteAutomaton(classes, classCount, smallNext, smallAccepting);
    }

    /// <summary>Whether a text may end in a state.</summary>
    public bool IsAccepting(int state) => _isAccepting[state];

    /// <summary>The state after a byte, or <see cref="None"/>.</summary>
    public int Next(int state, byte value) => _next[(state * _classCount) + _classes[value]];

    /// <summary>The state after some bytes, or <see cref="None"/>.</summary>
    public int Next(int state, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            if (state == None)
            {
                break;
            }

            state = Next(state, value);
        }

        return state;
    }

    /// <summary>A shortest text that is accepted.</summary>
    public string Example()
    {
        var before = new (int State, byte Value)[StateCount];
        var isKnown = new bool[StateCount];
        var queue = new Queue<int>([0]);
        isKnown[0] = true;
        while (queue.TryDequeue(out var state))
        {
            if (_isAccepting[state])
            {
                var bytes = new Stack<byte>();
                for (; state != 0; state = before[state].State)
                {
                    bytes.Push(before[state].Value);
                }

                return Encoding.UTF8.GetString([.. bytes]);
            }

            for (var value = 0; value <= byte.MaxValue; value++)
            {
                if (Next(state, (byte)value) is not None and var next && !isKnown[next])
                {
                    isKnown[next] = true;
                    before[next] = (state, (byte)value);
                    queue.Enqueue(next);
                }
            }
        }

        return "";
    }

    /// <summary>What two automata both accept.</summary>
    public ByteAutomaton Intersect(ByteAutomaton other)
    {
        var classes = new byte[256];
        var pairs = new Dictionary<(byte, byte), byte>();
        var values = new List<byte>();
        for (var value = 0; value < classes.Length; value++)
        {
            var pair = (_classes[value], other._classes[value]);
            if (!pairs.TryGetValue(pair, out classes[value]))
            {
                classes[value] = pairs[pair] = (byte)values.Count;
                values.Add((byte)value);
            }
        }

        var states = new Dictionary<(int, int), int>();
        var open = new List<(int One, int Other)>();
        var next = new List<int>();
        var isAccepting = new List<bool>();
        if (StateCount > 0 && other.StateCount > 0)
        {
            _ = StateOf((0, 0));
        }

        for (var state = 0; state < open.Count; state++)
        {
            var (one, two) = open[state];
            isAccepting.Add(IsAccepting(one) && other.IsAccepting(two));
            foreach (var value in values)
            {
                var (first, second) = (Next(one, value), other.Next(two, value));
                next.Add(first == None || second == None ? None : StateOf((first, second)));
            }
        }

        return Smallest(classes, values.Count, [.. next], [.. isAccepting]);

        int StateOf((int, int) pair)
        {
            if (!states.TryGetValue(pair, out var state))
            {
                state = states[pair] = open.Count;
                ConstraintSize.CheckStates(state, (long)state * values.Count);
                open.Add(pair);
            }

            return state;
        }
    }

    /// <summary>The bytes that lead out of a state, as ranges.</summary>
    public IEnumerable<(byte First, byte Last, int State)> Edges(int state)
    {
        for (var value = 0; value <= byte.MaxValue; value++)
        {
            var (first, next) = (value, Next(state, (byte)value));
            while (value < byte.MaxValue && Next(state, (byte)(value + 1)) == next)
            {
                value++;
            }

            if (next != None)
            {
                yield return ((byte)first, (byte)value, next);
            }
        }
    }
}
