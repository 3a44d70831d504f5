using ModelGen.Checkpoints;
using ModelGen.Layers;
using ModelGen.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Training;

/// <summary>
/// What a training step does, bound to a model and its data: the phases of a step, and the loss that each makes smaller. Everything an
/// objective draws at random is a function of the run's seed and the step alone, or of torch's generator, which the trainer seeds anew at
/// every step; what it keeps from one step to the next beside the model, it names as its <see cref="States"/>.
/// </summary>
public abstract class Objective
{
    /// <summary>The module whose parameters are trained.</summary>
    public abstract nn.Module Model { get; }

    /// <summary>The hash of the model's architecture that checkpoints are matched by.</summary>
    public abstract string Fingerprint { get; }

    /// <summary>The type in which the model's layers multiply; a run resumes only in the same.</summary>
    public virtual ScalarType Precision => ScalarType.Float32;

    /// <summary>A hash of the data (SHA-256 as hexadecimal digits); a run resumes only on the data that it began with.</summary>
    public abstract string DataFingerprint { get; }

    /// <summary>What else a checkpoint has to hold for its model to be usable, a tokenizer for example.</summary>
    public abstract IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>
    /// What shapes the loss beside the model, by name: options records, and words for what has none. A run resumes only with the same.
    /// </summary>
    public virtual IReadOnlyDictionary<string, object> Settings => new Dictionary<string, object>();

    /// <summary>What a step is made of, and what a run is counted in.</summary>
    /// <param name="options">How the model is trained.</param>
    /// <returns>The plan, a function of the options alone.</returns>
    /// <exception cref="ArgumentException">The options are not those of this objective.</exception>
    public abstract TrainingPlan Plan(TrainingOptions options);

    /// <summary>
    /// What changes from step to step beside the model, by name, and has to be saved for a run to go on exactly; nothing where there is
    /// none.
    /// </summary>
    public virtual IReadOnlyDictionary<string, IRunState> States { get; } = new Dictionary<string, IRunState>();

    /// <summary>
    /// In what parts the gradients of a batch may be computed. Unless it is <see cref="BatchSplit.Whole"/>, <see cref="Loss"/> heeds
    /// <see cref="TrainingStep.First"/> and <see cref="TrainingStep.Count"/>; where it is <see cref="BatchSplit.Parallel"/>,
    /// <see cref="Loss"/> may run on several threads at the same time.
    /// </summary>
    public virtual BatchSplit BatchSplit => BatchSplit.Whole;

    /// <summary>
    /// The multiply-adds of the model for one sample, from which it is told whether a batch is worth several threads; 0 where they are not
    /// known.
    /// </summary>
    public virtual long MultiplyAdds => 0;

    /// <summary>The bytes that one sample leaves for backward, as far as layers are known; 0 where they are not.</summary>
    public virtual long ActivationBytes => 0;

    /// <summary>
    /// Looks at a whole batch whose loss will be asked for in parts; for objectives to which the rest of the batch matters.
    /// </summary>
    /// <param name="parts">The parts of the batch, more than one.</param>
    public virtual void BeforeParts(IReadOnlyList<TrainingStep> parts) { }

    /// <summary>Ends what <see cref="BeforeParts"/> began, when the losses of all parts have been differentiated.</summary>
    public virtual void AfterParts() { }

    /// <summary>
    /// The loss of one phase on one batch, or on a part of it: the mean over the samples, or with another <see cref="StepLoss.Share"/> over
    /// whatever counts.
    /// </summary>
    /// <param name="step">The phase, the batch or its part, and the moment of the run.</param>
    /// <returns>A scalar to differentiate and the parts that it is made of; the caller disposes them.</returns>
    public abstract StepLoss Loss(TrainingStep step);

    /// <summary>An estimate of the validation metrics from a few batches, the same ones at every call with the same seed.</summary>
    /// <param name="batchSize">Samples per batch.</param>
    /// <param name="batches">How many batches.</param>
    /// <param name="seed">The run's seed.</param>
    /// <returns>The means, the loss first; none where the objective has no metric on single batches.</returns>
    public abstract IReadOnlyList<MetricValue> EstimateValidation(int batchSize, int batches, ulong seed);

    /// <summary>The metrics over the whole validation data.</summary>
    /// <param name="batchSize">Samples to compute at once; it does not change the result beyond rounding.</param>
    /// <param name="progress">Is given the share that is done, above 0 and at most 1, after each batch; null to give it to nobody.</param>
    /// <param name="cancellationToken">Stops it before the next batch.</param>
    /// <returns>The means, the loss first; none where the objective has no metric on single batches.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public abstract IReadOnlyList<MetricValue> Validate(
        int batchSize,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    );

    /// <summary>Hands batches on one by one, reports the share that is done, and stops where that is asked for.</summary>
    /// <param name="batches">The batches, each made when it is asked for.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="progress">As <see cref="Validate"/> has it.</param>
    /// <param name="cancellationToken">As <see cref="Validate"/> has it.</param>
    /// <returns>The same batches.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
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

    /// <summary>The one phase of an objective that trains every parameter of the model together.</summary>
    /// <param name="options">How the model is trained.</param>
    /// <returns>The phase, without a name.</returns>
    protected TrainingPhase WholeModel(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new TrainingPhase("", NamedParameter.AllOf(Model), options.Optimizer);
    }
}
