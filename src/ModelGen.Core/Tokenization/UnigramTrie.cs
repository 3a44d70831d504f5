namespace ModelGen.Tokenization;

/// <summary>Finds the pieces that a text begins with, character by character.</summary>
internal sealed class UnigramTrie
{
    public const int None = -1;

    private readonly Dictionary<(int Node, char Unit), int> _children = [];
    private readonly List<int> _pieces = [None];

    /// <summary>The node that nothing leads to.</summary>
    public static int Root => 0;

    public void Add(string text, int id)
    {
        var node = Root;
        foreach (var unit in text)
        {
            if (!_children.TryGetValue((node, unit), out var child))
            {
                child = _pieces.Count;
                _pieces.Add(None);
                _children.Add((node, unit), child);
            }

            node = child;
        }

        _pieces[node] = id;
    }

    /// <summary>The node after one more character; <see cref="None"/> if no piece goes on so.</summary>
    public int Next(int node, char unit) => _children.TryGetValue((node, unit), out var child) ? child : None;

    /// <summary>The piece that ends at a node; <see cref="None"/> if none does.</summary>
    public int PieceAt(int node) => _pieces[node];
}
