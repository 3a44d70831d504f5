namespace ModelGen.Training;

/// <summary>
/// Observes a run, to display or record it. Every method does nothing unless overridden. Methods run on the training thread, between steps.
/// </summary>
public abstract class TrainingObserver
{
    /// <summary>The run starts or resumes.</summary>
    /// <param name="start">Where it starts and ends.</param>
    public virtual void OnStart(TrainingStart start) { }

    /// <summary>Some steps are done; called every <c>Trainer.ReportEvery</c> steps and at the end.</summary>
    /// <param name="report">The metrics since the previous report.</param>
    public virtual void OnStep(StepReport report) { }

    /// <summary>The trained model is being validated on all validation data; called after each batch.</summary>
    /// <param name="share">The share that is done, above 0 and at most 1.</param>
    public virtual void OnValidating(double share) { }

    /// <summary>The model has been evaluated on the validation data.</summary>
    /// <param name="report">The metrics.</param>
    public virtual void OnValidation(ValidationReport report) { }

    /// <summary>Something about the training has been noticed that may need the user, such as answers that have become all alike.</summary>
    /// <param name="notice">A sentence without its full stop.</param>
    public virtual void OnNotice(string notice) { }

    /// <summary>
    /// The loss has spiked, and the run has rolled back to a checkpoint; the steps after it will be repeated and reported again.
    /// </summary>
    /// <param name="report">From where to where.</param>
    public virtual void OnRollback(RollbackReport report) { }

    /// <summary>A checkpoint is safely on disk.</summary>
    /// <param name="report">Its step and path.</param>
    public virtual void OnCheckpoint(CheckpointReport report) { }

    /// <summary>
    /// The run has ended: finished, cancelled, or failed with an exception that the trainer throws right after this call.
    /// </summary>
    /// <param name="result">How it ended, with the last metrics.</param>
    public virtual void OnEnd(TrainingResult result) { }
}

/// <summary>The start of a run.</summary>
/// <param name="Step">The steps done so far: 0, or the checkpoint's after a resume.</param>
/// <param name="TotalSteps">The steps of the whole run.</param>
public sealed record TrainingStart(long Step, long TotalSteps)
{
    /// <summary>Whether the run resumes from a checkpoint, possibly that of step 0.</summary>
    public bool IsResumed { get; init; } = Step > 0;

    /// <summary>
    /// Anything worth knowing about this start, each a sentence without its full stop: a damaged checkpoint that was skipped, a changed
    /// length, another version, convolutions that libtorch computes wrongly here.
    /// </summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary>
    /// What defines the run, by name: <c>model</c>, <c>architecture</c>, <c>data</c> (hashes), <c>seed</c>, every option.
    /// </summary>
    public IReadOnlyDictionary<string, string> Run { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// The environment of this start, by name: versions, <c>device</c>, <c>threads</c> and, for models with convolutions on the CPU,
    /// <c>convolutions</c>: what computes them.
    /// </summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}

/// <summary>The metrics of some training steps.</summary>
/// <param name="Step">The steps done so far.</param>
/// <param name="TotalSteps">The steps of the whole run.</param>
/// <param name="Metrics">The means over the batches since the last report: the loss of the step's last phase first, then its parts, then
/// other phases.</param>
/// <param name="LearningRate">The learning rate of the last step's last phase.</param>
/// <param name="UnitsPerSecond">Units trained on since the last report, per second of training (validation and saving not counted).</param>
/// <param name="Unit">The unit: <c>tokens</c>, <c>images</c>.</param>
/// <param name="Remaining">The time left at the pace so far.</param>
public sealed record StepReport(
    long Step,
    long TotalSteps,
    IReadOnlyList<MetricValue> Metrics,
    double LearningRate,
    double UnitsPerSecond,
    string Unit,
    TimeSpan Remaining
)
{
    /// <summary>The mean loss of the batches since the last report; with several phases, the last one's.</summary>
    public double TrainLoss => Metrics[0].Value;

    /// <summary>
    /// The norm of all gradients in the last phase of the last step, before clipping; null if that step was not measured: only every
    /// <c>Trainer.ReportEvery</c>th is.
    /// </summary>
    public double? GradientNorm { get; init; }

    /// <summary>
    /// The size of that step's update relative to the weights of its last phase: ‖Δw‖ / ‖w‖; null if it was not measured.
    /// </summary>
    public double? UpdateRatio { get; init; }

    /// <summary>The peak memory of the process so far, in bytes; 0 if not measured.</summary>
    public long PeakMemory { get; init; }
}

/// <summary>The metrics on the validation data.</summary>
/// <param name="Step">The steps done so far.</param>
/// <param name="TotalSteps">The steps of the whole run.</param>
/// <param name="Metrics">The means, the loss first.</param>
/// <param name="IsFull">True if measured on all validation data, false for an estimate from a few batches.</param>
public sealed record ValidationReport(long Step, long TotalSteps, IReadOnlyList<MetricValue> Metrics, bool IsFull)
{
    /// <summary>The mean loss.</summary>
    public double ValidationLoss => Metrics[0].Value;
}

/// <summary>A checkpoint that has been written.</summary>
/// <param name="Step">The steps done so far.</param>
/// <param name="Path">The file.</param>
public sealed record CheckpointReport(long Step, string Path);

/// <summary>A loss spike after which the run has rolled back.</summary>
/// <param name="Step">The step whose loss spiked; it was not carried out.</param>
/// <param name="ToStep">The step of the checkpoint that the run continues from.</param>
/// <param name="Loss">The loss that spiked.</param>
/// <param name="Expected">The mean of the losses before it.</param>
public sealed record RollbackReport(long Step, long ToStep, double Loss, double Expected);
