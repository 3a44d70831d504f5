using ModelGen.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Evaluation;

/// <summary>
/// Whether a model repeats its training data: are generated samples nearer to the training samples than held-out data are? The test is
/// that of Meehan, Chaudhuri and Dasgupta 2020 ("A non-parametric test to detect data-copying in generative models") with the whole
/// space as one cell: with the distances to the nearest training sample Aᵢ of m held-out and Bⱼ of n generated samples,
/// <code>
/// U = Σᵢⱼ (1[Bⱼ &gt; Aᵢ] + ½ 1[Bⱼ = Aᵢ])
/// z = (U − mn/2) / √(mn/12 · (m + n + 1 − Σ (t³ − t) / ((m + n)(m + n − 1))))
/// </code>
/// where t are the sizes of groups of equal distances (Mann and Whitney's test with its usual correction for ties).
/// </summary>
/// <remarks>
/// In pixel space a smooth image lies near everything, for it misses the fine detail by which two sharp images differ. A model of
/// blurry images so has a z-score far below −3 there without having copied any. Read it together with <see cref="CloserShare"/>, and with
/// the test in features: a model that copies is conspicuous there, too.
/// </remarks>
/// <param name="ZScore">
/// About N(0, 1) where generated samples lie as far from the training data as held-out data do. Below −3 they lie nearer: the model copies,
/// or, in pixel space, its images are blurry. Far above 3 it misses the data (underfits).
/// </param>
/// <param name="Probability">U / (mn): the probability that a generated sample is farther from the training data than a held-out one, ties
/// counted half.</param>
/// <param name="CloserShare">
/// The share of generated samples nearer than <see cref="Threshold"/>: about 0.01 for a model that has learned the distribution. Unlike the
/// z-score it shows a model that copies now and then and underfits otherwise.
/// </param>
/// <param name="Threshold">The 1st percentile of the held-out samples' distances, interpolated linearly.</param>
public sealed record DataCopying(double ZScore, double Probability, double CloserShare, double Threshold)
{
    private const double Quantile = 0.01;

    /// <summary>Makes the test.</summary>
    /// <param name="generated">The generated samples [N, …]: features, or images for a test in pixel space.</param>
    /// <param name="heldOut">Data of the same kind that the model was not trained on [M, …].</param>
    /// <param name="training">The data that it was trained on, of the same kind.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="ArgumentException">A type or a shape is wrong.</exception>
    /// <exception cref="ModelGenException">A number is infinite or NaN.</exception>
    public static DataCopying Measure(Tensor generated, Tensor heldOut, Tensor training)
    {
        using var generatedNeighbours = NearestNeighbours.Find(generated, training);
        using var heldOutNeighbours = NearestNeighbours.Find(heldOut, training);
        return Compare(generatedNeighbours.Distances, heldOutNeighbours.Distances);
    }

    /// <summary>Makes the test with distances that are already known.</summary>
    /// <param name="generated">The generated samples' neighbours among the training data.</param>
    /// <param name="heldOut">The held-out samples' neighbours among the training data.</param>
    /// <returns>The figures; only the nearest neighbours count.</returns>
    public static DataCopying Measure(NearestNeighbours generated, NearestNeighbours heldOut)
    {
        ArgumentNullException.ThrowIfNull(generated);
        ArgumentNullException.ThrowIfNull(heldOut);
        return Compare(generated.Distances, heldOut.Distances);
    }

    private static DataCopying Compare(Tensor generatedDistances, Tensor heldOutDistances)
    {
        var generated = Nearest(generatedDistances);
        var heldOut = Nearest(heldOutDistances);
        var all = generated
            .Select(static distance => (Distance: distance, IsGenerated: true))
            .Concat(heldOut.Select(static distance => (Distance: distance, IsGenerated: false)))
            .OrderBy(static entry => entry.Distance)
            .ToArray();

        double n = generated.Length;
        double m = heldOut.Length;
        double u = 0;
        double ties = 0;
        double heldOutBefore = 0;
        var start = 0;
        while (start < all.Length)
        {
            var end = start;
            double generatedHere = 0;
            while (end < all.Length && all[end].Distance == all[start].Distance)
            {
                generatedHere += all[end++].IsGenerated ? 1 : 0;
            }

            double group = end - start;
            var heldOutHere = group - generatedHere;
            u += generatedHere * (heldOutBefore + (heldOutHere / 2));
            ties += (group * group * group) - group;
            heldOutBefore += heldOutHere;
            start = end;
        }

        var variance = m * n / 12 * (m + n + 1 - (ties / ((m + n) * (m + n - 1))));
        var threshold = LowQuantile(heldOut);

        // All distances equal: nothing tells the two sets apart.
        var z = variance > 0 ? (u - (m * n / 2)) / Math.Sqrt(variance) : 0;
        return new DataCopying(z, u / (m * n), generated.Count(distance => distance < threshold) / n, threshold);
    }

    private static double[] Nearest(Tensor distances)
    {
        using var scope = NewDisposeScope();
        return distances.select(1, 0).contiguous().data<double>().ToArray();
    }

    private static double LowQuantile(double[] values)
    {
        var sorted = values.Order().ToArray();
        var position = Quantile * (sorted.Length - 1);
        var below = (int)position;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }
}
