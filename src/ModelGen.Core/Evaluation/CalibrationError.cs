namespace ModelGen.Evaluation;

/// <summary>
/// The expected calibration error of predictions (Guo et al. 2017, "On calibration of modern neural networks"): with each prediction in one
/// of 15 bins of equal width by its confidence, the probability that the model gives its likeliest answer,
/// <code>ECE = Σ_bins (size / n) · |accuracy − mean confidence|</code>
/// A model whose predictions of 70 % come true in 70 % of the cases, and so on, has 0.
/// </summary>
public sealed class CalibrationError
{
    /// <summary>The number of bins, as in the paper.</summary>
    public const int Bins = 15;

    private readonly double[] _confidences = new double[Bins];
    private readonly long[] _counts = new long[Bins];
    private readonly long[] _right = new long[Bins];

    /// <summary>The number of predictions.</summary>
    public long Count => _counts.Sum();

    /// <summary>The share of predictions that are right; NaN if there are none.</summary>
    public double Accuracy => (double)_right.Sum() / Count;

    /// <summary>The error, from 0 to 1; NaN if there are no predictions.</summary>
    public double Value =>
        Enumerable.Range(0, Bins).Sum(bin => Math.Abs(_right[bin] - _confidences[bin])) / (Count > 0 ? Count : double.NaN);

    /// <summary>Adds a prediction.</summary>
    /// <param name="confidence">The probability that the model gives its likeliest answer, from 0 to 1.</param>
    /// <param name="isRight">Whether that answer is right.</param>
    /// <exception cref="ArgumentOutOfRangeException">The confidence is no probability.</exception>
    public void Add(double confidence, bool isRight)
    {
        if (confidence is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "A confidence is a probability, from 0 to 1.");
        }

        // Bin m of M holds what is above (m - 1) / M, up to and with m / M; the first holds 0 too.
        var bin = Math.Max(0, (int)Math.Ceiling(confidence * Bins) - 1);
        _confidences[bin] += confidence;
        _counts[bin]++;
        _right[bin] += isRight ? 1 : 0;
    }
}
