namespace ModelGen.Data;

/// <summary>A part of one of a split's batches.</summary>
internal static class BatchSlice
{
    /// <summary>Checks that there is such a part.</summary>
    /// <param name="batchSize">Samples in the whole batch, at least 1.</param>
    /// <param name="batch">The batch number, from 0.</param>
    /// <param name="first">The position of the first sample in the batch.</param>
    /// <param name="count">The number of samples, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public static void Check(int batchSize, long batch, int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, batchSize - first);
    }
}
