using System.Runtime.InteropServices;

namespace ModelGen.Data;

/// <summary>Samples of any shape in memory: features [n], sound [channels, length], volumes [channels, depth, height, width]; with their classes or their targets where they have any.</summary>
public sealed class TensorCollection : SampleCollection
{
    private readonly float[] _values;
    private readonly float[]? _targets;

    /// <summary>Takes numbers that the program already holds.</summary>
    /// <param name="values">All samples one after another, in each the last axis running fastest; finite. Not copied.</param>
    /// <param name="shape">The lengths of a sample's axes, each at least 1.</param>
    /// <param name="labels">The class of each sample, from 0; null where they have none. Not copied.</param>
    /// <param name="classes">The names of the classes, in the order of their labels; null where they have none.</param>
    /// <param name="targets">What a network is to give for each sample, one after another; finite. Null where there is nothing. Not copied.</param>
    /// <param name="targetShape">The lengths of a target's axes, each at least 1; needed where there are targets.</param>
    /// <exception cref="ArgumentException">
    /// The numbers make no whole number of samples or none, one is NaN or infinite, labels or targets are not one per sample, labels lie outside the classes, or there
    /// are names without labels.
    /// </exception>
    public TensorCollection(float[] values, IReadOnlyList<int> shape, int[]? labels = null, IReadOnlyList<string>? classes = null, float[]? targets = null, IReadOnlyList<int>? targetShape = null)
        : base(CountOf(values, shape), shape, "samples", labels, classes)
    {
        (_values, _targets, TargetShape) = (values, targets, targetShape);
        Range = RangeOf(values, Count, shape, nameof(values));
        if (targets is null != targetShape is null)
            throw new ArgumentException("Targets and their shape go together; pass both or neither.", nameof(targetShape));
        if (targets is null)
            return;
        if (CountOf(targets, targetShape!) is var count && count != Count)
            throw new ArgumentException($"{count} targets for {Count} samples; each has one.", nameof(targets));
        RangeOf(targets, Count, targetShape!, nameof(targets));
    }

    /// <summary>All samples: [count, …], the last axis running fastest.</summary>
    public ReadOnlyMemory<float> Values => _values;

    /// <summary>All targets: [count, …], the last axis running fastest; null where there are none.</summary>
    public ReadOnlyMemory<float>? Targets => _targets is null ? null : _targets.AsMemory();

    internal override (float Low, float High) Range { get; }

    internal override IReadOnlyList<int>? TargetShape { get; }

    internal override ReadOnlySpan<byte> Bytes(int index) => Rows(_values, index);

    internal override ReadOnlySpan<byte> TargetBytes(int index) => _targets is null ? [] : Rows(_targets, index);

    private static int CountOf(float[] values, IReadOnlyList<int> shape)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(shape);
        var size = 1L;
        foreach (var length in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length, nameof(shape));
            size = checked(size * length);
        }

        return values.Length > 0 && values.Length % size == 0
            ? (int)(values.Length / size)
            : throw new ArgumentException($"{values.Length} numbers do not make a whole number, from 1, of samples [{string.Join(", ", shape)}] of {size} numbers.", nameof(values));
    }

    private static (float Low, float High) RangeOf(float[] values, int count, IReadOnlyList<int> shape, string name)
    {
        var (low, high) = (float.PositiveInfinity, float.NegativeInfinity);
        for (var i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
                throw new ArgumentException($"{name}[{string.Join(", ", Place(i, count, shape))}] is {(float.IsNaN(values[i]) ? "NaN" : "infinite")}; a network can learn only from finite numbers.", name);
            low = Math.Min(low, values[i]);
            high = Math.Max(high, values[i]);
        }

        return (low, high);
    }

    private static int[] Place(int index, int count, IReadOnlyList<int> shape)
    {
        int[] lengths = [count, .. shape];
        var place = new int[lengths.Length];
        for (var axis = lengths.Length - 1; axis >= 0; axis--)
            (index, place[axis]) = Math.DivRem(index, lengths[axis]);
        return place;
    }

    private ReadOnlySpan<byte> Rows(float[] values, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var size = values.Length / Count;
        return MemoryMarshal.AsBytes(values.AsSpan(index * size, size));
    }
}
