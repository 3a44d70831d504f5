namespace ModelGen.Evaluation;

/// <summary>A metric of a trained model. For a custom metric, derive a class and pass it to the evaluation.</summary>
public abstract class Metric
{
    /// <summary>What is measured, as shown while it runs.</summary>
    public abstract string Name { get; }

    /// <summary>Measures, and adds the figures, the counts behind them, and notes for the reader.</summary>
    /// <param name="report">The report to add to.</param>
    /// <param name="progress">Receives the progress; throws if the evaluation is cancelled, to stop the metric.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public abstract void AddTo(EvaluationReport report, EvaluationProgress progress);
}
