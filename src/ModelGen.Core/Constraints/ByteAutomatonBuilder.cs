using ModelGen.Tokenization;

namespace ModelGen.Constraints;

/// <summary>Builds the automaton of an expression: states with bytes and empty steps first, then sets of such states.</summary>
internal sealed class ByteAutomatonBuilder
{
    private readonly List<List<(byte First, byte Last, int State)>> _edges = [];
    private readonly List<List<int>> _steps = []; // that need no byte
    private readonly Dictionary<CharacterRanges, ByteRangeStates> _characters = [];

    private ByteAutomatonBuilder() { }

    /// <summary>Builds the smallest automaton that accepts the texts of an expression.</summary>
    /// <exception cref="ModelGenException">It would be too large.</exception>
    public static ByteAutomaton Build(Expression expression)
    {
        if (expression is Expression.All all)
        {
            return all.Parts.Select(Build).Aggregate(static (one, other) => one.Intersect(other));
        }

        var builder = new ByteAutomatonBuilder();
        var end = builder.NewState();
        return builder.Determine(builder.Add(expression, end), end);
    }

    // A state from which the texts of an expression lead to the next state.
    private int Add(Expression expression, int next) =>
        expression switch
        {
            Expression.OneOf one => AddCharacter(one.Characters, next),
            Expression.Sequence all => all.Parts.Reverse().Aggregate(next, (after, part) => Add(part, after)),
            Expression.Either any => StepTo([.. any.Alternatives.Select(part => Add(part, next))]),
            Expression.Repeat many => AddRepeat(many, next),
            Expression.Listing listing => AddListing(listing, next),
            Expression.Built built => AddAutomaton(built.Automaton, next),
            Expression.All all => AddAutomaton(Build(all), next),
            _ => throw new InvalidOperationException($"A {expression.GetType().Name} has no automaton."),
        };

    private int AddCharacter(CharacterRanges characters, int next)
    {
        if (!_characters.TryGetValue(characters, out var states))
        {
            states = _characters[characters] = new ByteRangeStates(characters);
        }

        var first = _edges.Count;
        foreach (var edges in states.States)
        {
            var state = NewState();
            foreach (var (from, to, target) in edges)
            {
                _edges[state].Add((from, to, target == ByteRangeStates.Done ? next : first + target));
            }
        }

        return first;
    }

    private int AddRepeat(Expression.Repeat many, int next)
    {
        var state = next;
        if (many.Most is { } most)
        {
            for (var count = many.Least; count < most; count++)
            {
                var some = Add(many.Part, state);
                if (some == state)
                {
                    // Nothing is nothing, however often.
                    break;
                }

                state = StepTo([some, next]);
            }
        }
        else
        {
            var again = NewState();
            _steps[again].AddRange([Add(many.Part, again), next]);
            state = again;
        }

        for (var count = 0; count < many.Least; count++)
        {
            var some = Add(many.Part, state);
            if (some == state)
            {
                break;
            }

            state = some;
        }

        return state;
    }

    // From the last item on: what may follow if an item has come before, and if none has.
    private int AddListing(Expression.Listing listing, int next)
    {
        var (later, first) = (next, next);
        foreach (var (item, isRequired) in listing.Items.Reverse())
        {
            var begun = Add(item, later);
            var begunLater = Add(listing.Separator, begun);
            first = isRequired ? begun : StepTo([begun, first]);
            later = isRequired ? begunLater : StepTo([begunLater, later]);
        }

        return first;
    }

    private int AddAutomaton(ByteAutomaton automaton, int next)
    {
        var first = _edges.Count;
        for (var state = 0; state < automaton.StateCount; state++)
        {
            _ = NewState();
            _edges[first + state].AddRange(automaton.Edges(state).Select(edge => (edge.First, edge.Last, first + edge.State)));
            if (automaton.IsAccepting(state))
            {
                _steps[first + state].Add(next);
            }
        }

        // No text leads anywhere from a state without edges.
        return automaton.StateCount > 0 ? first : NewState();
    }

    private int StepTo(int[] states)
    {
        var state = NewState();
        _steps[state].AddRange(states);
        return state;
    }

    private int NewState()
    {
        ConstraintSize.CheckSteps(_edges.Count);
        _edges.Add([]);
        _steps.Add([]);
        return _edges.Count - 1;
    }

    private ByteAutomaton Determine(int start, int end)
    {
        var (classes, values) = Classes();
        var states = new Dictionary<StateSet, int>();
        var open = new List<StateSet>();
        var next = new List<int>();
        var isAccepting = new List<bool>();
        var entries = 0L;
        _ = NameOf([start]);
        for (var state = 0; state < open.Count; state++)
        {
            isAccepting.Add(open[state].Has(end));
            foreach (var value in values)
            {
                var targets = new List<int>();
                foreach (var member in open[state].Members)
                {
                    foreach (var (first, last, target) in _edges[member])
                    {
                        if (value >= first && value <= last)
                        {
                            targets.Add(target);
                        }
                    }
                }

                next.Add(targets.Count == 0 ? ByteAutomaton.None : NameOf(targets));
            }
        }

        return ByteAutomaton.Smallest(classes, values.Count, [.. next], [.. isAccepting]);

        int NameOf(List<int> members)
        {
            var set = new StateSet(Reachable(members));
            if (!states.TryGetValue(set, out var name))
            {
                name = states[set] = open.Count;
                entries += set.Members.Length + values.Count;
                ConstraintSize.CheckStates(name, entries);
                open.Add(set);
            }

            return name;
        }
    }

    // Bytes that no edge tells apart are one class; with one byte of each.
    private (byte[] Classes, List<byte> Values) Classes()
    {
        var begins = new bool[257];
        begins[0] = true;
        foreach (var (first, last, _) in _edges.SelectMany(static edges => edges))
        {
            begins[first] = begins[last + 1] = true;
        }

        var classes = new byte[256];
        var values = new List<byte>();
        for (var value = 0; value < classes.Length; value++)
        {
            if (begins[value])
            {
                values.Add((byte)value);
            }

            classes[value] = (byte)(values.Count - 1);
        }

        return (classes, values);
    }

    // Without those that only lead on.
    private int[] Reachable(List<int> states)
    {
        var found = new HashSet<int>();
        var open = new Stack<int>(states);
        while (open.TryPop(out var state))
        {
            if (found.Add(state))
            {
                _steps[state].ForEach(open.Push);
            }
        }

        return [.. found.Where(state => _edges[state].Count > 0 || _steps[state].Count == 0).Order()];
    }

    /// <summary>Some states, in order.</summary>
    private sealed class StateSet(int[] members) : IEquatable<StateSet>
    {
        public int[] Members => members;

        public bool Has(int state) => Array.BinarySearch(members, state) >= 0;

        public bool Equals(StateSet? other) => other is not null && members.AsSpan().SequenceEqual(other.Members);

        public override bool Equals(object? obj) => Equals(obj as StateSet);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            foreach (var member in members)
            {
                hash.Add(member);
            }

            return hash.ToHashCode();
        }
    }
}
