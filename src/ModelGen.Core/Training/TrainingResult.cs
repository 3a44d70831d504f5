namespace ModelGen.Training;

/// <summary>How a run ended.</summary>
public enum TrainingOutcome
{
    /// <summary>
    /// All steps are done, or early stopping or a budget ended the run (<see cref="TrainingResult.IsEarly"/>); the model has been evaluated
    /// on all validation data if its objective has a metric.
    /// </summary>
    Finished,

    /// <summary>The run was cancelled between two steps, or ran out of time; it can be resumed from its checkpoint.</summary>
    Cancelled,

    /// <summary>An exception ended the run.</summary>
    Failed,
}

/// <summary>The end of a run.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Step">The steps done, including those before a resume.</param>
/// <param name="TotalSteps">The steps of the whole run.</param>
/// <param name="TrainLoss">The training loss of the last report; null if there was none.</param>
/// <param name="ValidationLoss">The last validation loss: over all validation data for a finished run. Null if there was none.</param>
/// <param name="Elapsed">The time of this run, including validation and saving.</param>
/// <param name="UnitsPerSecond">The mean training speed of this run, without validation and saving; 0 if no step was done.</param>
/// <param name="Unit">The unit: <c>tokens</c>, <c>images</c>.</param>
/// <param name="PeakMemory">The peak memory of the process so far, in bytes.</param>
public sealed record TrainingResult(
    TrainingOutcome Outcome,
    long Step,
    long TotalSteps,
    double? TrainLoss,
    double? ValidationLoss,
    TimeSpan Elapsed,
    double UnitsPerSecond,
    string Unit,
    long PeakMemory
)
{
    /// <summary>The step whose weights the model ends up with if early stopping keeps the best; null if it ends with the last.</summary>
    public long? BestStep { get; init; }

    /// <summary>Whether early stopping or a budget ended the run before its last step.</summary>
    public bool IsEarly => Outcome == TrainingOutcome.Finished && Step < TotalSteps;
}
