namespace ModelGen.Layers;

/// <summary>In what parts the gradients of a batch may be computed so that they are, but for rounding, those of the whole.</summary>
public enum BatchSplit
{
    /// <summary>
    /// Not in parts: a layer looks at the other samples of the batch, or changes each time it runs, as batch normalisation does both.
    /// </summary>
    Whole,

    /// <summary>
    /// In parts one after another. Where dropout draws from torch's generator, it drops other elements than for the whole.
    /// </summary>
    Sequential,

    /// <summary>
    /// In parts that may also be computed at the same time, each on a thread of its own: nothing is drawn from torch's generator or changed
    /// that they share.
    /// </summary>
    Parallel,
}
