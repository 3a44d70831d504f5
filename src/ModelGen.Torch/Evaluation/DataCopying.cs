using ModelGen.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Evaluation;

/// <summary>
/// Whether a model copies its training data: are generated samples closer to the training samples than held-out data are? The test is that
/// of Meehan, Chaudhuri and Dasgupta 2020 ("A non-parametric test to detect data-copying in generative models") with the whole space as one
/// cell: with the distances to the nearest training sample, Aᵢ of m held-out and Bⱼ of n generated samples,
/// <code>
/// U = Σᵢⱼ (1[Bⱼ &gt; Aᵢ] + ½ 1[Bⱼ = Aᵢ])
/// z = (U − mn/2) / √(mn/12 · (m + n + 1 − Σ (t³ − t) / ((m + n)(m + n − 1))))
/// </code>
/// where t are the sizes of groups of equal distances (the Mann-Whitney U test with its usual tie correction).
/// </summary>
/// <remarks>
/// In pixel space a smooth image lies close to everything, because it lacks the fine detail in which two sharp images differ. A model of
/// blurry images therefore has a z-score far below −3 there without having copied anything. Read it together with <see cref="CloserShare"/>
/// and the test in feature space, where a model that copies stands out too.
/// </remarks>
/// <param name="ZScore">
/// Approximately N(0, 1) if generated samples lie as far from the training data as held-out data do. Below −3 they lie closer: the model
/// copies, or, in pixel space, its images are blurry. Far above 3 the model underfits.
/// </param>
/// <param name="Probability">U / (mn): the probability that a generated sample is farther from the training data than a held-out one, with
/// ties counted as half.</param>
/// <param name="CloserShare">
/// The share of generated samples closer than <see cref="Threshold"/>: about 0.01 for a model that has learned the distribution. Unlike the
/// z-score it detects a model that copies occasionally and otherwise underfits.
/// </param>
/// <param name="Threshold">The 1st percentile of the held-out samples' distances, interpolated linearly.</param>
public sealed record DataCopying(double ZScore, double Probability, double CloserShare, double Threshold)
{
    private const double Quantile = 0.01;

    /// <summary>Runs the test.</summary>
    /// <param name="generated">The generated samples [N, …]: features, or images to test in pixel space.</param>
    /// <param name="heldOut">Held-out data of the same kind [M, …].</param>
    /// <param name="training">The model's training data, of the same kind.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="ArgumentException">A dtype or a shape is wrong.</exception>
    /// <exception cref="ModelGenException">A value is infinite or NaN.</exception>
    public static DataCopying Measure(Tensor generated, Tensor heldOut, Tensor training)
    {
        using var generatedNeighbours = NearestNeighbours.Find(generated, training);
        using var heldOutNeighbours = NearestNeighbours.Find(heldOut, training);
        return Compare(generatedNeighbours.Distances, heldOutNeighbours.Distances);
    }

    /// <summary>Runs the test on precomputed distances.</summary>
    /// <param name="generated">The generated samples' neighbours among the training data.</param>
    /// <param name="heldOut">The held-out samples' neighbours among the training data.</param>
    /// <returns>The figures; only the first neighbour of each sample is used.</returns>
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

        // All distances are equal: nothing distinguishes the two sets.
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
