namespace ModelGen.Layers;

/// <summary>How a batch may be split so that gradients computed in parts equal those of the whole batch, except for rounding.</summary>
public enum BatchSplit
{
    /// <summary>
    /// Not at all: a layer depends on the other samples of the batch or changes its state each time it runs; batch normalisation does both.
    /// </summary>
    Whole,

    /// <summary>
    /// Into parts computed one after another. Dropout that draws from torch's generator drops different elements than for the whole batch,
    /// and an <see cref="ExpertRouter"/> balances the vectors of each part instead of those of the whole batch.
    /// </summary>
    Sequential,

    /// <summary>
    /// Into parts that may also be computed at the same time, each on its own thread: they neither draw from torch's generator nor change
    /// shared state.
    /// </summary>
    Parallel,
}
