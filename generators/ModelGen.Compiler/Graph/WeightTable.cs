using ModelGen.Compiler.Collections;

namespace ModelGen.Compiler.Graph;

/// <summary>How files of a layout store the weights of a model.</summary>
/// <param name="Layout">The layout's word.</param>
/// <param name="Prefix">What names in a file may also begin with; empty for nothing.</param>
/// <param name="Links">Where each tensor of a file goes.</param>
/// <param name="Extras">The endings of the names of tensors that a file may have besides, and that no model needs.</param>
/// <param name="Tie">A tensor that a file may have besides, though the model takes another one for it; null for none.</param>
internal sealed record WeightTable(
    string Layout,
    string Prefix,
    EquatableArray<WeightLink> Links,
    EquatableArray<string> Extras,
    WeightTie? Tie
)
{
    /// <summary>The file that the spec names; null for none.</summary>
    public string? File { get; init; }

    /// <summary>Pairs of endings: names in a file may have the first instead of the second.</summary>
    public EquatableArray<string> Synonyms { get; init; }
}

/// <summary>One tensor of a file, which is a parameter of the model or some of its rows.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Parameter">The parameter's name in the model's state.</param>
/// <param name="FirstRow">The first of the parameter's rows that it holds.</param>
/// <param name="Rows">How many of its rows.</param>
/// <param name="IsTransposed">Whether the file has it transposed.</param>
/// <param name="PairedHeads">Where the model pairs neighbours for rotary positions and the file pairs halves, the number of heads that the
/// rows belong to; otherwise 0.</param>
internal sealed record WeightLink(string Name, string Parameter, long FirstRow, long Rows, bool IsTransposed, long PairedHeads)
{
    /// <summary>Its shape in the file.</summary>
    public EquatableArray<long> Shape { get; init; }

    /// <summary>Whether the layout knows nothing of it: it belongs to layers that follow the architecture, goes by its name in the model's
    /// state, and files of others lack it.</summary>
    public bool IsOwn { get; init; }

    /// <summary>Another tensor of the file, whose first row the model adds to each row of this one; null for none.</summary>
    public string? Added { get; init; }
}

/// <summary>Two tensors of a file that are one parameter of the model, so that a file needs only one of them.</summary>
/// <param name="Name">The one that it may have besides.</param>
/// <param name="Other">The one that is linked.</param>
internal sealed record WeightTie(string Name, string Other);
