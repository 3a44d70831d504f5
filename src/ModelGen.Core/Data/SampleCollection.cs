using System.Globalization;

namespace ModelGen.Data;

/// <summary>Samples of one shape in memory, with their classes where they have any. No torch is needed for it.</summary>
public abstract class SampleCollection
{
    private readonly int[]? _labels;

    /// <summary>Checks the labels.</summary>
    /// <param name="count">How many samples there are, at least 1.</param>
    /// <param name="shape">The lengths of a sample's axes.</param>
    /// <param name="unit">What they are counted in, in the plural.</param>
    /// <param name="labels">The class of each, from 0; null where they have none.</param>
    /// <param name="classes">The names of the classes, in the order of their labels; null where they have none.</param>
    /// <exception cref="ArgumentException">Labels are not one per sample or lie outside the classes, or there are names without
    /// labels.</exception>
    private protected SampleCollection(int count, IReadOnlyList<int> shape, string unit, int[]? labels, IReadOnlyList<string>? classes)
    {
        (Count, Shape, Unit, _labels, Classes) = (count, shape, unit, labels, classes ?? []);
        if (labels is null && Classes.Count > 0)
        {
            throw new ArgumentException("Class names ask for labels; pass one per sample.", nameof(labels));
        }

        ClassCounts = labels is null ? [] : CountClasses(labels);
    }

    /// <summary>How many samples there are, at least 1.</summary>
    public int Count { get; }

    /// <summary>The lengths of a sample's axes.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>What they are counted in, in the plural: <c>images</c>, <c>samples</c>.</summary>
    public string Unit { get; }

    /// <summary>The class of each sample, from 0; null where they have none.</summary>
    public IReadOnlyList<int>? Labels => _labels;

    /// <summary>The names of the classes, in the order of their labels; empty where they have none.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>How many samples each class has; empty where there are no classes.</summary>
    public IReadOnlyList<int> ClassCounts { get; }

    /// <summary>What the values lie between, both included.</summary>
    internal abstract (float Low, float High) Range { get; }

    /// <summary>What the targets of a sample look like; null where it has none.</summary>
    internal virtual IReadOnlyList<int>? TargetShape => null;

    /// <summary>One sample's values as they lie in memory.</summary>
    /// <param name="index">Its number, from 0.</param>
    internal abstract ReadOnlySpan<byte> Bytes(int index);

    /// <summary>One sample's targets as they lie in memory; empty where it has none.</summary>
    /// <param name="index">Its number, from 0.</param>
    internal virtual ReadOnlySpan<byte> TargetBytes(int index) => [];

    private int[] CountClasses(int[] labels)
    {
        if (labels.Length != Count)
        {
            throw new ArgumentException($"{labels.Length} labels for {Count} {Unit}; each has one.", nameof(labels));
        }

        var least = labels.Min();
        var most = labels.Max();
        if (least < 0 || (Classes.Count > 0 && most >= Classes.Count))
        {
            var known = Classes.Count > 0 ? string.Create(CultureInfo.InvariantCulture, $" of the {Classes.Count} that have names") : "";
            throw new ArgumentException(
                $"The label {(least < 0 ? least : most)} is not a class{known}; labels run from 0.",
                nameof(labels)
            );
        }

        var counts = new int[Math.Max(Classes.Count, most + 1)];
        foreach (var label in labels)
        {
            counts[label]++;
        }

        return counts;
    }
}
