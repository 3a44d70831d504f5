using ModelGen.Tokenization;

namespace ModelGen.Constraints;

/// <summary>
/// The tokens of a tokenizer by their bytes, as a tree whose nodes lie in the order in which a walk meets them, so that one walk finds all
/// tokens that an automaton can read.
/// </summary>
internal sealed class TokenTrie
{
    private readonly byte[][] _bytes;
    private readonly byte[] _values; // of each node, the last byte of its tokens
    private readonly int[] _depths; // how many bytes its tokens have
    private readonly int[] _after; // the first node that is not below it
    private readonly int[] _tokenStarts; // where its tokens begin
    private readonly int[] _tokens;

    /// <summary>Arranges the tokens of a tokenizer.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="isFirst">Whether as the first tokens of a text.</param>
    public TokenTrie(Tokenizer tokenizer, bool isFirst)
    {
        _bytes = new byte[tokenizer.VocabularySize][];
        Array.Fill(_bytes, []);
        foreach (var token in tokenizer.TextTokens)
        {
            _bytes[token] = tokenizer.BytesOf(token, isFirst);
        }

        // A token that adds nothing leads nowhere, except that the next one is not the first.
        _tokens = [.. tokenizer.TextTokens.Where(token => isFirst || _bytes[token].Length > 0).Order(Comparer<int>.Create(Compare))];
        var nodes = new List<(byte Value, int Depth, int After, int TokenStart)> { (0, 0, 0, 0) };
        var path = new List<int> { 0 };
        for (var i = 0; i < _tokens.Length; i++)
        {
            var bytes = _bytes[_tokens[i]];
            var shared = i == 0 ? 0 : bytes.AsSpan().CommonPrefixLength(_bytes[_tokens[i - 1]]);
            Leave(shared);
            for (var depth = shared; depth < bytes.Length; depth++)
            {
                path.Add(nodes.Count);
                nodes.Add((bytes[depth], depth + 1, 0, i));
            }
        }

        Leave(-1);
        (_values, _depths) = ([.. nodes.Select(static node => node.Value)], [.. nodes.Select(static node => node.Depth)]);
        (_after, _tokenStarts) = ([.. nodes.Select(static node => node.After)], [.. nodes.Select(static node => node.TokenStart)]);
        LongestToken = _depths.Max();

        // The nodes below the depth are complete.
        void Leave(int depth)
        {
            for (; path.Count > depth + 1; path.RemoveAt(path.Count - 1))
            {
                nodes[path[^1]] = nodes[path[^1]] with { After = nodes.Count };
            }
        }
    }

    /// <summary>How many ids tokens have.</summary>
    public int VocabularySize => _bytes.Length;

    private int LongestToken { get; }

    /// <summary>The bytes of a token; none for one that is no part of a text.</summary>
    public ReadOnlySpan<byte> BytesOf(int token) => _bytes[token];

    /// <summary>Finds the tokens that can be read in a state of an automaton.</summary>
    /// <param name="automaton">The automaton.</param>
    /// <param name="state">The state.</param>
    /// <param name="found">Is told the tokens that lead to a state, and the state.</param>
    /// <returns>How many nodes were looked at.</returns>
    public int Walk(ByteAutomaton automaton, int state, Action<ReadOnlySpan<int>, int> found)
    {
        var nodes = 1;
        var states = new int[LongestToken + 1];
        states[0] = state;
        Tell(0);
        var node = 1;
        while (node < _values.Length)
        {
            nodes++;
            var depth = _depths[node];
            var next = automaton.Next(states[depth - 1], _values[node]);
            if (next == ByteAutomaton.None)
            {
                node = _after[node];
                continue;
            }

            states[depth] = next;
            Tell(node);
            node++;
        }

        return nodes;

        void Tell(int node)
        {
            // A node's tokens come before those of the nodes below it.
            var end = node + 1 < _values.Length ? _tokenStarts[node + 1] : _tokens.Length;
            if (end > _tokenStarts[node])
            {
                found(_tokens.AsSpan(_tokenStarts[node]..end), states[_depths[node]]);
            }
        }
    }

    private int Compare(int one, int other)
    {
        var order = _bytes[one].AsSpan().SequenceCompareTo(_bytes[other]);
        return order != 0 ? order : one.CompareTo(other);
    }
}
