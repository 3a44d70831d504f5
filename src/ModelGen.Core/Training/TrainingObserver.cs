namespace ModelGen.Training;

/// <summary>
/// Watches a run: displays it, writes it down. Every method does nothing unless overridden. Methods run on the training thread, between
/// steps.
/// </summary>
public abstract class TrainingObserver
{
    /// <summary>The run begins, or goes on after a resume.</summary>
    /// <param name="start">Where it begins and ends.</param>
    public virtual void OnStart(TrainingStart start) { }

    /// <summary>Some steps have been made; called every <c>Trainer.ReportEvery</c> steps and at the end.</summary>
    /// <param name="report">The metrics since the report before.</param>
    public virtual void OnStep(StepReport report) { }

    /// <summary>The trained model is being validated on all validation data; called after each batch.</summary>
    /// <param name="share">The share that is done, above 0 and at most 1.</param>
    public virtual void OnValidating(double share) { }

    /// <summary>The model has been measured on the validation data.</summary>
    /// <param name="report">The metric.</param>
    public virtual void OnValidation(ValidationReport report) { }

    /// <summary>The loss has leapt up, and the run has gone back to a checkpoint; steps after it will be made and reported again.</summary>
    /// <param name="report">From where to where.</param>
    public virtual void OnRollback(RollbackReport report) { }

    /// <summary>A checkpoint is safely on disk.</summary>
    /// <param name="report">Its step and place.</param>
    public virtual void OnCheckpoint(CheckpointReport report) { }

    /// <summary>The run ends: finished, cancelled, or by an exception that the trainer throws right after this call.</summary>
    /// <param name="result">How it ended, with the last metrics.</param>
    public virtual void OnEnd(TrainingResult result) { }
}

/// <summary>The begin of a run.</summary>
/// <param name="Step">The steps made so far: 0, or the checkpoint's after a resume.</param>
/// <param name="TotalSteps">The steps of the whole run.</param>
public sealed record TrainingStart(long Step, long TotalSteps)
{
    /// <summary>Whether the run goes on from a checkpoint, which may be the one of step 0.</summary>
    public bool IsResumed { get; init; } = Step > 0;

    /// <summary>
    /// What is worth knowing about this start, each a sentence without its full stop: a damaged checkpoint that was passed over, a changed
    /// length, another version, convolutions that libtorch computes wrongly here.
    /// </summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary>
    /// What the run is made of, by name: <c>model</c>, <c>architecture</c>, <c>data</c> (hashes), <c>seed</c>, every option.
    /// </summary>
    public IReadOnlyDictionary<string, string> Run { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// What it runs on this time, by name: versions, <c>device</c>, <c>threads</c>, and for models with convolutions on the CPU who
    /// computes them, <c>convolutions</c>.
    /// </summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}

/// <summary>The metrics of some steps.</summary>
/// <param name="Step">The steps made so far.</param>
/// <param name="TotalSteps">The steps of the whole run.</param>
/// <param name="Metrics">The means over the batches since the last report: the loss of the step's last phase first, then its parts, then
/// other phases.</param>
/// <param name="LearningRate">The learning rate of the last step's last phase.</param>
/// <param name="UnitsPerSecond">Units trained on since the last report, per second of training (validation and saving not counted).</param>
/// <param name="Unit">What they are: <c>tokens</c>, <c>images</c>.</param>
/// <param name="Remaining">How long the rest of the run takes at the pace so far.</param>
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
    /// <summary>The mean loss of the batches since the last report; of several phases, the last one's.</summary>
    public double TrainLoss => Metrics[0].Value;

    /// <summary>
    /// The norm of all gradients of the last step's last phase, before clipping; null where that step was not watched: it is every
    /// <c>Trainer.ReportEvery</c>th.
    /// </summary>
    public double? GradientNorm { get; init; }

    /// <summary>
    /// How far that step moved the weights of its last phase, as a part of how large they are: ‖Δw‖ / ‖w‖; null where it was not watched.
    /// </summary>
    public double? UpdateRatio { get; init; }

    /// <summary>The most memory that the process has held so far, in bytes; 0 where it was not taken.</summary>
    public long PeakMemory { get; init; }
}

/// <summary>A metric on the validation data.</summary>
/// <param name="Step">The steps made so far.</param>
/// <param name="TotalSteps">The steps of the whole run.</param>
/// <param name="Metrics">The means, the loss first.</param>
/// <param name="IsFull">True where all validation data were measured, false for an estimate from a few batches.</param>
public sealed record ValidationReport(long Step, long TotalSteps, IReadOnlyList<MetricValue> Metrics, bool IsFull)
{
    /// <summary>The mean loss.</summary>
    public double ValidationLoss => Metrics[0].Value;
}

/// <summary>A checkpoint that has been written.</summary>
/// <param name="Step">The steps made so far.</param>
/// <param name="Path">The file.</param>
public sealed record CheckpointReport(long Step, string Path);

/// <summary>A leap of the loss after which the run has gone back.</summary>
/// <param name="Step">The step whose loss leapt; it has not been made.</param>
/// <param name="ToStep">The steps of the checkpoint that the run goes on from.</param>
/// <param name="Loss">The loss that leapt.</param>
/// <param name="Expected">The mean of the losses before it.</param>
public sealed record RollbackReport(long Step, long ToStep, double Loss, double Expected);
