using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Evaluation;

/// <summary>Class labels of images, numbered from 0.</summary>
internal static class Labels
{
    /// <summary>Checks labels and counts each class.</summary>
    /// <param name="labels">Int64 [N], on any device.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="name">The caller's parameter.</param>
    /// <returns>The number of labels in each class.</returns>
    /// <exception cref="ArgumentException">The dtype or the shape is wrong, or a label is out of range.</exception>
    public static long[] Count(Tensor labels, int classes, string name)
    {
        ArgumentNullException.ThrowIfNull(labels, name);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        if (labels.dtype != ScalarType.Int64 || labels.dim() != 1 || labels.numel() == 0)
        {
            throw new ArgumentException(
                $"Labels must be Int64 [N], at least one; these are {labels.dtype} [{string.Join(", ", labels.shape)}].",
                name
            );
        }

        using var scope = NewDisposeScope();
        var counts = new long[classes];
        foreach (var label in labels.cpu().contiguous().data<long>())
        {
            if (label < 0 || label >= classes)
            {
                throw new ArgumentException($"Labels of {classes} classes must be 0 to {classes - 1}; one of these is {label}.", name);
            }

            counts[label]++;
        }

        return counts;
    }
}
