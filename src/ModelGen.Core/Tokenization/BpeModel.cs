using System.Text;

namespace ModelGen.Tokenization;

/// <summary>A byte-level byte-pair encoding, as its files say it.</summary>
internal sealed record BpeModel
{
    /// <summary>The bytes of each token by its id, special tokens included; empty where an id is not in use.</summary>
    public required byte[][] Tokens { get; init; }

    /// <summary>The pairs that are merged, in order; null where any pair that makes a token is merged, the token of the lowest id first
    /// (as tiktoken does).</summary>
    public IReadOnlyList<(int Left, int Right)>? Merges { get; init; }

    /// <summary>The ids of the special tokens by their text.</summary>
    public IReadOnlyDictionary<string, int> Specials { get; init; } = new Dictionary<string, int>();

    /// <summary>What special tokens are for, by their text, where their names do not tell.</summary>
    public IReadOnlyDictionary<string, SpecialTokenRole> Roles { get; init; } = new Dictionary<string, SpecialTokenRole>();

    /// <summary>Cut text into words, one after the other.</summary>
    public IReadOnlyList<SplitPattern> Patterns { get; init; } = [];

    /// <summary>Whether a word that is a token as a whole becomes that token even where the merges do not lead to it.</summary>
    public bool TakesWholeWords { get; init; }

    /// <summary>The ids by the tokens' bytes in the alphabet of files, without special tokens.</summary>
    public Dictionary<string, int> Ids()
    {
        var specials = Specials.Values.ToHashSet();
        var ids = new Dictionary<string, int>(Tokens.Length);
        for (var id = 0; id < Tokens.Length; id++)
        {
            if (Tokens[id].Length > 0 && !specials.Contains(id))
            {
                ids.TryAdd(ByteLevelAlphabet.Write(Tokens[id]), id);
            }
        }

        return ids;
    }

    /// <summary>All pairs that make a token, in the order of the tokens, then from the shortest left part.</summary>
    public IEnumerable<(int Left, int Right, int Token)> Pairs()
    {
        var ids = Ids();
        foreach (var (text, token) in ids.OrderBy(static entry => entry.Value))
        {
            for (var cut = 1; cut < text.Length; cut++)
            {
                if (ids.TryGetValue(text[..cut], out var left) && ids.TryGetValue(text[cut..], out var right))
                {
                    yield return (left, right, token);
                }
            }
        }
    }
}
