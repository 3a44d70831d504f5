using System.Globalization;

namespace ModelGen.Data;

/// <summary>Samples of one shape in memory, with their classes, if any. Needs no libtorch.</summary>
public abstract class SampleCollection
{
    private readonly int[]? _labels;

    /// <summary>Checks the labels.</summary>
    /// <param name="count">The number of samples, at least 1.</param>
    /// <param name="shape">The shape of one sample.</param>
    /// <param name="unit">What messages call the samples, in the plural.</param>
    /// <param name="labels">The class of each sample, from 0; null if there are none.</param>
    /// <param name="classes">The names of the classes in label order; null if they have none.</param>
    /// <exception cref="ArgumentException">Labels are not one per sample or lie outside the classes, or there are class names without
    /// labels.</exception>
    private protected SampleCollection(int count, IReadOnlyList<int> shape, string unit, int[]? labels, IReadOnlyList<string>? classes)
    {
        (Count, Shape, Unit, _labels, Classes) = (count, shape, unit, labels, classes ?? []);
        if (labels is null && Classes.Count > 0)
        {
            throw new ArgumentException("Class names need labels; pass one label per sample.", nameof(labels));
        }

        ClassCounts = labels is null ? [] : CountClasses(labels);
    }

    /// <summary>The number of samples, at least 1.</summary>
    public int Count { get; }

    /// <summary>The shape of one sample.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>What messages call the samples, in the plural: <c>images</c>, <c>samples</c>.</summary>
    public string Unit { get; }

    /// <summary>The class of each sample, from 0; null if there are none.</summary>
    public IReadOnlyList<int>? Labels => _labels;

    /// <summary>The names of the classes in label order; empty if they have none.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The number of samples in each class; empty if there are no classes.</summary>
    public IReadOnlyList<int> ClassCounts { get; }

    /// <summary>The files that could not be used, and why, ordered by path.</summary>
    public virtual IReadOnlyList<FileProblem> Problems => [];

    /// <summary>The range of the values, both ends included.</summary>
    internal abstract (float Low, float High) Range { get; }

    /// <summary>The shape of a sample's target; null if there are no targets.</summary>
    internal virtual IReadOnlyList<int>? TargetShape => null;

    /// <summary>Where a sample is from; null if that is not known.</summary>
    /// <param name="index">Its index, from 0.</param>
    internal virtual string? Place(int index) => null;

    /// <summary>The bytes of one sample's values.</summary>
    /// <param name="index">Its index, from 0.</param>
    internal abstract ReadOnlySpan<byte> Bytes(int index);

    /// <summary>The bytes of one sample's target; empty if there are no targets.</summary>
    /// <param name="index">Its index, from 0.</param>
    internal virtual ReadOnlySpan<byte> TargetBytes(int index) => [];

    private int[] CountClasses(int[] labels)
    {
        if (labels.Length != Count)
        {
            throw new ArgumentException($"{labels.Length} labels for {Count} {Unit}; pass one for each.", nameof(labels));
        }

        var least = labels.Min();
        var most = labels.Max();
        if (least < 0 || (Classes.Count > 0 && most >= Classes.Count))
        {
            var known = Classes.Count > 0 ? string.Create(CultureInfo.InvariantCulture, $" of the {Classes.Count} named ones") : "";
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
