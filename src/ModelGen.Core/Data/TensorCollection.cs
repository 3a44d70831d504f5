using System.Runtime.InteropServices;

namespace ModelGen.Data;

/// <summary>
/// Samples of any shape in memory: features [n], audio [channels, length], volumes [channels, depth, height, width]; with their classes or
/// targets, if any.
/// </summary>
public sealed class TensorCollection : SampleCollection
{
    private readonly float[] _values;
    private readonly float[]? _targets;

    /// <summary>Wraps numbers that are already in memory.</summary>
    /// <param name="values">All samples one after another, each row-major; finite. Not copied.</param>
    /// <param name="shape">The shape of one sample, each axis at least 1.</param>
    /// <param name="labels">The class of each sample, from 0; null if there are none. Not copied.</param>
    /// <param name="classes">The names of the classes in label order; null if they have none.</param>
    /// <param name="targets">The target of each sample, one after another; finite. Null if there are none. Not copied.</param>
    /// <param name="targetShape">The shape of one target, each axis at least 1; required with targets.</param>
    /// <exception cref="ArgumentException">
    /// The numbers do not make up one or more whole samples, one is NaN or infinite, labels or targets are not one per sample, labels lie
    /// outside the classes, or there are class names without labels.
    /// </exception>
    public TensorCollection(
        float[] values,
        IReadOnlyList<int> shape,
        int[]? labels = null,
        IReadOnlyList<string>? classes = null,
        float[]? targets = null,
        IReadOnlyList<int>? targetShape = null
    )
        : base(CountOf(values, shape), shape, "samples", labels, classes)
    {
        (_values, _targets, TargetShape) = (values, targets, targetShape);
        CheckFinite(values, shape, nameof(values));
        Range = (values.Min(), values.Max());
        if (targets is null != targetShape is null)
        {
            throw new ArgumentException("Targets and their shape go together; pass both or neither.", nameof(targetShape));
        }

        if (targets is null)
        {
            return;
        }

        if (CountOf(targets, targetShape!) is var count && count != Count)
        {
            throw new ArgumentException($"{count} targets for {Count} samples; pass one for each.", nameof(targets));
        }

        CheckFinite(targets, targetShape!, nameof(targets));
    }

    /// <summary>All samples: [count, …], row-major.</summary>
    public ReadOnlyMemory<float> Values => _values;

    /// <summary>All targets: [count, …], row-major; null if there are none.</summary>
    public ReadOnlyMemory<float>? Targets => _targets is { } targets ? new ReadOnlyMemory<float>(targets) : default(ReadOnlyMemory<float>?);

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
            : throw new ArgumentException(
                $"{values.Length} numbers do not make up one or more whole samples [{string.Join(", ", shape)}] of {size} numbers.",
                nameof(values)
            );
    }

    /// <summary>The first number that is not finite, with its index, worded to follow the array's name; null if all are finite.</summary>
    /// <param name="values">The numbers of all samples.</param>
    /// <param name="shape">The shape of one sample.</param>
    internal static string? NotFinite(float[] values, IReadOnlyList<int> shape)
    {
        var index = Array.FindIndex(values, static value => !float.IsFinite(value));
        if (index < 0)
        {
            return null;
        }

        var what = float.IsNaN(values[index]) ? "NaN" : "infinite";
        var place = new int[shape.Count + 1];
        for (var axis = shape.Count; axis > 0; axis--)
        {
            (index, place[axis]) = Math.DivRem(index, shape[axis - 1]);
        }

        place[0] = index;
        return $"[{string.Join(", ", place)}] is {what}; a network can learn only from finite numbers.";
    }

    private static void CheckFinite(float[] values, IReadOnlyList<int> shape, string name)
    {
        if (NotFinite(values, shape) is { } problem)
        {
            throw new ArgumentException(name + problem, name);
        }
    }

    private ReadOnlySpan<byte> Rows(float[] values, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var size = values.Length / Count;
        return MemoryMarshal.AsBytes(values.AsSpan(index * size, size));
    }
}
