using ModelGen.Compiler.Files;

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

    /// <summary>How the files name tensors.</summary>
    internal TensorNames Names => new(Prefix, Extras, Synonyms, Tie?.Name, Tie?.Other ?? "");
}
