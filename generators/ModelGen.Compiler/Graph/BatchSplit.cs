namespace ModelGen.Compiler.Graph;

/// <summary>How a batch may be split to compute its gradients; the names are those of the runtime's enumeration.</summary>
internal enum BatchSplit
{
    /// <summary>Not at all: a layer depends on other samples of the batch, or changes each time it runs.</summary>
    Whole,

    /// <summary>Into parts that run one after another: something is drawn at random, or compared within a part.</summary>
    Sequential,

    /// <summary>Into parts that run at the same time.</summary>
    Parallel,
}
