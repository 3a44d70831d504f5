namespace ModelGen.Constraints;

/// <summary>Makes deterministic automata as small as they can be.</summary>
internal static class AutomatonReduction
{
    private const int None = ByteAutomaton.None;

    /// <summary>
    /// Leaves out the states from which nothing is accepted, and joins those that accept the same (Hopcroft 1971, "An n log n algorithm for
    /// minimizing states in a finite automaton").
    /// </summary>
    /// <param name="classCount">How many classes of bytes there are.</param>
    /// <param name="next">For each state and class the next state, or none. All states can be reached from the first one.</param>
    /// <param name="isAccepting">Whether each state is accepting.</param>
    /// <returns>The same of the smallest automaton, whose first state is the first.</returns>
    public static (int[] Next, bool[] IsAccepting) Reduce(int classCount, int[] next, bool[] isAccepting)
    {
        var isLive = Live(classCount, next, isAccepting);
        if (isLive.Length == 0 || !isLive[0])
        {
            return ([], []);
        }

        var partition = new StatePartition(isLive, isAccepting);
        var (starts, sources) = Predecessors(classCount, next, isLive);
        var isWaiting = new bool[next.Length]; // by block and class
        var waiting = new Stack<(int Block, int Class)>();
        for (var block = 0; block < partition.Count; block++)
        {
            Wait(block);
        }

        while (waiting.TryPop(out var splitter))
        {
            var (block, kind) = splitter;
            isWaiting[(block * classCount) + kind] = false;
            var leading = new List<int>();
            foreach (var state in partition.Members(block))
            {
                leading.AddRange(sources.AsSpan(starts[(state * classCount) + kind]..starts[(state * classCount) + kind + 1]));
            }

            leading.ForEach(partition.Mark);

            // What leads to the larger part is what leads to both without what leads to the smaller one; where the whole block is still
            // waiting, its name now stands for the larger part.
            foreach (var (_, part) in partition.Split())
            {
                Wait(part);
            }
        }

        return Quotient(classCount, next, isAccepting, partition);

        void Wait(int block)
        {
            for (var kind = 0; kind < classCount; kind++)
            {
                if (!isWaiting[(block * classCount) + kind])
                {
                    isWaiting[(block * classCount) + kind] = true;
                    waiting.Push((block, kind));
                }
            }
        }
    }

    private static bool[] Live(int classCount, int[] next, bool[] isAccepting)
    {
        var isLive = new bool[isAccepting.Length];
        var (starts, sources) = Predecessors(classCount, next, [.. isAccepting.Select(static _ => true)]);
        var open = new Stack<int>(Enumerable.Range(0, isAccepting.Length).Where(state => isAccepting[state]));
        while (open.TryPop(out var state))
        {
            if (isLive[state])
            {
                continue;
            }

            isLive[state] = true;
            foreach (var source in sources.AsSpan(starts[state * classCount]..starts[(state + 1) * classCount]))
            {
                open.Push(source);
            }
        }

        return isLive;
    }

    // For each state and class, the states that lead to it.
    private static (int[] Starts, int[] Sources) Predecessors(int classCount, int[] next, bool[] isLive)
    {
        var starts = new int[next.Length + 1];
        for (var edge = 0; edge < next.Length; edge++)
        {
            if (IsThere(edge))
            {
                starts[(next[edge] * classCount) + (edge % classCount) + 1]++;
            }
        }

        for (var place = 1; place < starts.Length; place++)
        {
            starts[place] += starts[place - 1];
        }

        var free = starts[..^1];
        var sources = new int[starts[^1]];
        for (var edge = 0; edge < next.Length; edge++)
        {
            if (IsThere(edge))
            {
                sources[free[(next[edge] * classCount) + (edge % classCount)]++] = edge / classCount;
            }
        }

        return (starts, sources);

        bool IsThere(int edge) => next[edge] != None && isLive[next[edge]] && isLive[edge / classCount];
    }

    // The blocks as states, in the order in which they are reached.
    private static (int[] Next, bool[] IsAccepting) Quotient(int classCount, int[] next, bool[] isAccepting, StatePartition partition)
    {
        var names = new Dictionary<int, int>();
        var states = new List<int>();
        var smallNext = new List<int>();
        var smallAccepting = new List<bool>();
        _ = NameOf(0);
        for (var i = 0; i < states.Count; i++)
        {
            smallAccepting.Add(isAccepting[states[i]]);
            for (var kind = 0; kind < classCount; kind++)
            {
                var target = next[(states[i] * classCount) + kind];
                smallNext.Add(target == None || !partition.Has(target) ? None : NameOf(target));
            }
        }

        return ([.. smallNext], [.. smallAccepting]);

        int NameOf(int state)
        {
            var block = partition.BlockOf(state);
            if (!names.TryGetValue(block, out var name))
            {
                name = names[block] = states.Count;
                states.Add(state);
            }

            return name;
        }
    }
}
