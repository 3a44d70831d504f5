namespace ModelGen.Evaluation;

/// <summary>What a report says of predictions that are right or wrong.</summary>
internal static class BinaryFigures
{
    // The quantile of the normal distribution for 95 %.
    private const double Quantile = 1.959963984540054;

    /// <summary>
    /// Adds the share of right predictions, <c>NAME_accuracy</c>, with the bounds of its 95 % interval, <c>NAME_accuracy_low</c> and
    /// <c>NAME_accuracy_high</c>, and how far it is from the probabilities that the model gives, <c>NAME_calibration_error</c>.
    /// </summary>
    /// <param name="report">The report.</param>
    /// <param name="name">What is predicted.</param>
    /// <param name="predictions">The predictions, at least one.</param>
    public static void Add(EvaluationReport report, string name, CalibrationError predictions)
    {
        var (low, high) = Interval(predictions.Accuracy, predictions.Count);
        report.Add($"{name}_accuracy", predictions.Accuracy);
        report.Add($"{name}_accuracy_low", low);
        report.Add($"{name}_accuracy_high", high);
        report.Add($"{name}_calibration_error", predictions.Value);
    }

    /// <summary>The bounds of the 95 % interval of a share (Wilson 1927).</summary>
    /// <param name="share">The share, from 0 to 1.</param>
    /// <param name="count">Of how many.</param>
    internal static (double Low, double High) Interval(double share, long count)
    {
        var square = Quantile * Quantile;
        var centre = share + (square / (2 * count));
        var width = Quantile * Math.Sqrt(((share * (1 - share)) + (square / (4 * count))) / count);
        var scale = 1 + (square / count);
        return ((centre - width) / scale, (centre + width) / scale);
    }
}
