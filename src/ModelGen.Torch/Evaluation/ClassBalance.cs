using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Evaluation;

/// <summary>
/// How often each class occurs among generated samples, compared with the data: with the class shares p in the samples and q in the data,
/// <code>
/// total variation distance = ½ Σ |p − q|
/// Kullback-Leibler divergence = Σ p log(p / q), in nats
/// </code>
/// </summary>
/// <remarks>Where a classifier labels the samples, its errors affect the figures: have it label the data too, to see by how much.</remarks>
/// <param name="Classes">The class names.</param>
/// <param name="SampleCounts">The number of samples in each class.</param>
/// <param name="DataCounts">The number of data points in each class.</param>
/// <param name="TotalVariation">From 0 (equal shares) to 1 (no class in common).</param>
/// <param name="KullbackLeibler">0 for equal shares; infinite if the samples contain a class that the data lack.</param>
/// <param name="Absent">The names of the classes that the data contain and the samples lack.</param>
public sealed record ClassBalance(
    IReadOnlyList<string> Classes,
    IReadOnlyList<long> SampleCounts,
    IReadOnlyList<long> DataCounts,
    double TotalVariation,
    double KullbackLeibler,
    IReadOnlyList<string> Absent
)
{
    /// <summary>Counts the classes and compares their shares.</summary>
    /// <param name="samples">The generated samples' classes, Int64 [N], from 0.</param>
    /// <param name="data">The data's classes, Int64 [M], from 0.</param>
    /// <param name="classes">The class names, by index.</param>
    /// <returns>The comparison.</returns>
    /// <exception cref="ArgumentException">A dtype or a shape is wrong, or a class has no name.</exception>
    public static ClassBalance Between(Tensor samples, Tensor data, IReadOnlyList<string> classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        var sampleCounts = Labels.Count(samples, classes.Count, nameof(samples));
        var dataCounts = Labels.Count(data, classes.Count, nameof(data));
        double sampleTotal = sampleCounts.Sum();
        double dataTotal = dataCounts.Sum();
        double variation = 0;
        double divergence = 0;
        for (var index = 0; index < classes.Count; index++)
        {
            var p = sampleCounts[index] / sampleTotal;
            var q = dataCounts[index] / dataTotal;
            variation += Math.Abs(p - q) / 2;
            divergence += p > 0 ? p * Math.Log(p / q) : 0;
        }

        var absent = classes.Where((_, index) => sampleCounts[index] == 0 && dataCounts[index] > 0).ToArray();

        // The divergence is never negative; rounding can make it so.
        return new ClassBalance([.. classes], sampleCounts, dataCounts, variation, Math.Max(0, divergence), absent);
    }

    /// <summary>Counts the classes and compares their shares; the classes are named by their indices.</summary>
    /// <param name="samples">The generated samples' classes, Int64 [N], from 0.</param>
    /// <param name="data">The data's classes, Int64 [M], from 0.</param>
    /// <param name="classes">The number of classes.</param>
    /// <returns>The comparison.</returns>
    /// <exception cref="ArgumentException">A dtype or a shape is wrong, or a class index is not below
    /// <paramref name="classes"/>.</exception>
    public static ClassBalance Between(Tensor samples, Tensor data, int classes) =>
        Between(
            samples,
            data,
            [.. Enumerable.Range(0, classes).Select(static number => number.ToString(System.Globalization.CultureInfo.InvariantCulture))]
        );
}
