namespace ModelGen.Checkpoints;

/// <summary>One tensor of a file of weights, which is a parameter of a model or some of its rows.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Parameter">The parameter's name in the model's state.</param>
/// <param name="FirstRow">The first of the parameter's rows, along its first axis, that it holds.</param>
/// <param name="Rows">How many of its rows, at least 1.</param>
public sealed record WeightLink(string Name, string Parameter, long FirstRow, long Rows)
{
    /// <summary>Whether the file has the matrix transposed.</summary>
    public bool IsTransposed { get; init; }

    /// <summary>
    /// Whether the layout knows nothing of it: it belongs to layers that follow the architecture and goes by its name in the model's state.
    /// </summary>
    public bool IsOwn { get; init; }

    /// <summary>
    /// Another tensor of the file, [n, width], whose first row the model adds to each row of this one, because it has no weight for it;
    /// null for none. A file is written with zeros for it.
    /// </summary>
    public string? Added { get; init; }

    /// <summary>
    /// Where rotary positions pair neighbours in the model and halves in the file, the number of heads that the rows belong to, each with
    /// its rows in another order; otherwise 0.
    /// </summary>
    public long PairedHeads { get; init; }
}
