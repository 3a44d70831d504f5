using ModelGen.Checkpoints;
using ModelGen.Data;
using ModelGen.Layers;
using ModelGen.Plots;
using ModelGen.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Training;

/// <summary>
/// What a training step does, bound to a model and its data: the phases of a step and the loss that each minimises. Everything an objective
/// draws at random is a function of the run's seed and the step alone, or comes from torch's generator, which the trainer reseeds at every
/// step; what it keeps between steps besides the model is part of its <see cref="States"/>.
/// </summary>
public abstract class Objective
{
    /// <summary>The module whose parameters are trained.</summary>
    public abstract nn.Module Model { get; }

    /// <summary>The hash of the model's architecture, by which checkpoints are matched.</summary>
    public abstract string Fingerprint { get; }

    /// <summary>The type in which the model's layers multiply; a run resumes only with the same.</summary>
    public virtual ScalarType Precision => ScalarType.Float32;

    /// <summary>A hash of the data (SHA-256 as hexadecimal digits); a run resumes only on the data that it began with.</summary>
    public abstract string DataFingerprint { get; }

    /// <summary>What a plot of its training shows.</summary>
    public virtual CurveSettings Curves { get; } = new("loss", "loss");

    /// <summary>The files of the data that were left out because they cannot be used, and why.</summary>
    public virtual IReadOnlyList<FileProblem> DataProblems => [];

    /// <summary>What to know about the data before training on them, each a sentence without a full stop.</summary>
    public virtual IReadOnlyList<string> DataNotes => [];

    /// <summary>What else a checkpoint must hold for its model to be usable, such as a tokenizer.</summary>
    public abstract IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>
    /// What determines the loss besides the model, by name: options records, or words where there is none. A run resumes only with the
    /// same.
    /// </summary>
    public virtual IReadOnlyDictionary<string, object> Settings => new Dictionary<string, object>();

    /// <summary>Whether layers such as dropout act as in training while its loss is computed.</summary>
    public virtual bool HasDropout => true;

    /// <summary>The phases of a step, and the unit that a run is counted in.</summary>
    /// <param name="options">How the model is trained.</param>
    /// <returns>The plan, a function of the options alone.</returns>
    /// <exception cref="ArgumentException">The options are not for this objective.</exception>
    public abstract TrainingPlan Plan(TrainingOptions options);

    /// <summary>
    /// The state besides the model that changes from step to step and must be saved for an exact resume, by name; empty if there is none.
    /// </summary>
    public virtual IReadOnlyDictionary<string, IRunState> States { get; } = new Dictionary<string, IRunState>();

    /// <summary>
    /// How the gradients of a batch may be computed in parts. Unless it is <see cref="BatchSplit.Whole"/>, <see cref="Loss"/> respects
    /// <see cref="TrainingStep.First"/> and <see cref="TrainingStep.Count"/>; if it is <see cref="BatchSplit.Parallel"/>,
    /// <see cref="Loss"/> may run on several threads at the same time.
    /// </summary>
    public virtual BatchSplit BatchSplit => BatchSplit.Whole;

    /// <summary>The same, where adapters may draw at random besides, which threads would do in any order.</summary>
    internal BatchSplit ActualSplit =>
        BatchSplit == BatchSplit.Parallel && LowRankAdapter.AllOf(Model).Any(static adapter => adapter.DrawsAtRandom)
            ? BatchSplit.Sequential
            : BatchSplit;

    /// <summary>The model's multiply-adds per sample, which decide whether a batch is worth several threads; 0 if unknown.</summary>
    public virtual long MultiplyAdds => 0;

    /// <summary>The most bytes that one sample takes while its gradients are computed, as estimated from the layers; 0 if they are not
    /// known.</summary>
    public virtual long ActivationBytes => 0;

    /// <summary>
    /// Sees the whole batch before its loss is computed in parts; for objectives whose loss on a part depends on the rest of the batch.
    /// </summary>
    /// <param name="parts">The parts of the batch, more than one.</param>
    public virtual void BeforeParts(IReadOnlyList<TrainingStep> parts) { }

    /// <summary>Cleans up after <see cref="BeforeParts"/> once the losses of all parts have been differentiated.</summary>
    public virtual void AfterParts() { }

    /// <summary>
    /// The loss of one phase on one batch, or on a part of it: the mean over the samples or, with a <see cref="StepLoss.Share"/> set, over
    /// something else.
    /// </summary>
    /// <param name="step">The phase, the batch or its part, and the point of the run.</param>
    /// <returns>A scalar to differentiate and its components; the caller disposes them.</returns>
    public abstract StepLoss Loss(TrainingStep step);

    /// <summary>
    /// Whether the run ends after the current step, as when a budget is used up. It is a part of the <see cref="States"/>, or a run that is
    /// resumed would not end.
    /// </summary>
    public virtual bool IsOver => false;

    /// <summary>What has been noticed since the last call, each a sentence without a full stop; observers are told.</summary>
    public virtual IReadOnlyList<string> TakeNotices() => [];

    /// <summary>An estimate of the validation metrics from a few batches, the same ones at every call with the same seed.</summary>
    /// <param name="batchSize">Samples per batch.</param>
    /// <param name="batches">How many batches.</param>
    /// <param name="seed">The run's seed.</param>
    /// <returns>The means, the loss first; empty if the objective has no metric on single batches.</returns>
    public abstract IReadOnlyList<MetricValue> EstimateValidation(int batchSize, int batches, ulong seed);

    /// <summary>The metrics over the whole validation data.</summary>
    /// <param name="batchSize">Samples to compute at once; it does not change the result beyond rounding.</param>
    /// <param name="progress">Receives the share that is done, above 0 and at most 1, after each batch; null for no progress.</param>
    /// <param name="cancellationToken">Cancels the validation before the next batch.</param>
    /// <returns>The means, the loss first; empty if the objective has no metric on single batches.</returns>
    /// <exception cref="OperationCanceledException">The validation was cancelled.</exception>
    public abstract IReadOnlyList<MetricValue> Validate(
        int batchSize,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    );

    /// <summary>Passes batches on one by one, reports the share that is done, and stops if cancelled.</summary>
    /// <param name="batches">The batches, created on demand.</param>
    /// <param name="count">The number of batches.</param>
    /// <param name="progress">As <see cref="Validate"/> has it.</param>
    /// <param name="cancellationToken">As <see cref="Validate"/> has it.</param>
    /// <returns>The same batches.</returns>
    /// <exception cref="OperationCanceledException">The validation was cancelled.</exception>
    protected static IEnumerable<T> Watched<T>(
        IEnumerable<T> batches,
        long count,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(batches);
        return Walk();

        IEnumerable<T> Walk()
        {
            long done = 0;
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var batch in batches)
            {
                yield return batch;
                progress?.Report((double)++done / count);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>The single phase of an objective that trains every parameter of the model together.</summary>
    /// <param name="options">How the model is trained.</param>
    /// <returns>The phase, without a name.</returns>
    protected TrainingPhase WholeModel(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new TrainingPhase("", NamedParameter.AllOf(Model), options.Optimizer);
    }
}
