namespace ModelGen.Compiler.Graph;

/// <summary>In what parts the gradients of a batch may be computed; the names are those of the runtime's enumeration.</summary>
internal enum BatchSplit
{
    /// <summary>Not in parts: a layer looks at other samples of the batch, or changes each time it runs.</summary>
    Whole,

    /// <summary>In parts one after another: something is drawn at random.</summary>
    Sequential,

    /// <summary>In parts at the same time.</summary>
    Parallel,
}
