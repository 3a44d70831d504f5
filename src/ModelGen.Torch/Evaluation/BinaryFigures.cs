namespace ModelGen.Evaluation;

/// <summary>What a report says of predictions that are right or wrong.</summary>
internal static class BinaryFigures
{
    /// <summary>
    /// Adds the share of right predictions, <c>NAME_accuracy</c>, with the bounds of its 95 % interval, <c>NAME_accuracy_low</c> and
    /// <c>NAME_accuracy_high</c>, and how far it is from the probabilities that the model gives, <c>NAME_calibration_error</c>.
    /// </summary>
    /// <param name="report">The report.</param>
    /// <param name="name">What is predicted.</param>
    /// <param name="predictions">The predictions, at least one.</param>
    public static void Add(EvaluationReport report, string name, CalibrationError predictions)
    {
        var (low, high) = WilsonInterval.Of(predictions.Accuracy, predictions.Count);
        report.Add($"{name}_accuracy", predictions.Accuracy);
        report.Add($"{name}_accuracy_low", low);
        report.Add($"{name}_accuracy_high", high);
        report.Add($"{name}_calibration_error", predictions.Value);
    }
}
