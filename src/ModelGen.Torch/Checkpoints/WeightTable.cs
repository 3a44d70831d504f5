namespace ModelGen.Checkpoints;

/// <summary>How files of a layout name and arrange the weights of a model; the compiler makes it.</summary>
/// <param name="Layout">The layout, as a spec names it.</param>
/// <param name="Links">Where each tensor of a file goes.</param>
public sealed record WeightTable(string Layout, IReadOnlyList<WeightLink> Links)
{
    /// <summary>What names in a file may also begin with; empty for nothing.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>The endings of the names of tensors that a file may have besides, and that no model needs.</summary>
    public IReadOnlyList<string> Extras { get; init; } = [];

    /// <summary>Pairs of endings: names in a file may have the first instead of the second.</summary>
    public IReadOnlyList<string> Synonyms { get; init; } = [];

    /// <summary>Two tensors of a file that are one parameter; null for none.</summary>
    public WeightTie? Tie { get; init; }

    /// <summary>A name in a file as the links have it.</summary>
    internal string Plain(string name)
    {
        var plain = name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;
        var pair = Synonyms.Chunk(2).FirstOrDefault(pair => plain.EndsWith(pair[0], StringComparison.Ordinal));
        return pair is null ? plain : plain[..^pair[0].Length] + pair[1];
    }

    /// <summary>Whether a file may have a tensor that no model needs.</summary>
    internal bool IsExtra(string name) => Extras.Any(ending => name.EndsWith(ending, StringComparison.Ordinal));
}
