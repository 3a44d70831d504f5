namespace ModelGen.Evaluation;

/// <summary>
/// Something that is measured of a trained model. To measure something else is to derive another one and to hand it to the evaluation.
/// </summary>
public abstract class Metric
{
    /// <summary>What is measured, as people read it while they wait.</summary>
    public abstract string Name { get; }

    /// <summary>Measures, and adds the figures, the counts that they come from, and notes for the reader.</summary>
    /// <param name="report">Where to.</param>
    /// <param name="progress">Told how far it is; it stops the metric by an exception when the evaluation is cancelled.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public abstract void AddTo(EvaluationReport report, EvaluationProgress progress);
}
