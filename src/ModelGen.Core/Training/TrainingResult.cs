namespace ModelGen.Training;

/// <summary>How a run ended.</summary>
public enum TrainingOutcome
{
    /// <summary>
    /// All steps are made, or early stopping has ended the run (<see cref="TrainingResult.IsEarly"/>); the model has been measured on all
    /// validation data where its objective has a metric.
    /// </summary>
    Finished,

    /// <summary>The run was cancelled between two steps, or its time was up; its checkpoint continues it.</summary>
    Cancelled,

    /// <summary>An exception ended the run.</summary>
    Failed,
}

/// <summary>The end of a run.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Step">The steps made, those before a resume included.</param>
/// <param name="TotalSteps">The steps of the whole run.</param>
/// <param name="TrainLoss">The training loss of the last report; null where there was none.</param>
/// <param name="ValidationLoss">The last validation loss: over all validation data for a finished run. Null where there was none.</param>
/// <param name="Elapsed">The time of this run, validation and saving included.</param>
/// <param name="UnitsPerSecond">The mean training speed of this run, validation and saving not counted; 0 where no step was made.</param>
/// <param name="Unit">What is counted: <c>tokens</c>, <c>images</c>.</param>
/// <param name="PeakMemory">The largest amount of memory that the process has held so far, in bytes.</param>
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
    /// <summary>
    /// The step whose weights the model ends with, where early stopping keeps the best; null where it ends with the last.
    /// </summary>
    public long? BestStep { get; init; }

    /// <summary>Whether early stopping has ended the run.</summary>
    public bool IsEarly => Outcome == TrainingOutcome.Finished && Step < TotalSteps;
}
