using System.Globalization;
using ModelGen.Checkpoints;
using ModelGen.Training.Gradients;
using ModelGen.Training.Guards;
using ModelGen.Training.Optimizers;
using ModelGen.Training.Schedules;

namespace ModelGen.Training;

/// <summary>How a model is trained: the <c>training:</c> section of its spec. Use <c>with</c> to change a value for one run.</summary>
public record TrainingOptions
{
    /// <summary>The optimizer and its settings, the peak learning rate among them.</summary>
    public required OptimizerOptions Optimizer { get; init; }

    /// <summary>How the learning rate moves over the run; constant without warm-up unless told otherwise.</summary>
    public ScheduleOptions Schedule { get; init; } = new ConstantSchedule();

    /// <summary>
    /// The largest allowed norm of all gradients together, above 0; longer gradients are scaled down to it. Null does not clip.
    /// </summary>
    public double? ClipNorm { get; init; }

    /// <summary>Samples per step, at least 1.</summary>
    public required int BatchSize { get; init; }

    /// <summary>
    /// In how many parts a batch is computed, one after another, from 1 to <see cref="BatchSize"/>: more parts need less memory, and give
    /// the same loss and gradients but for rounding (and but for what dropout drops).
    /// </summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>How long to train, at least one step.</summary>
    public required Duration Duration { get; init; }

    /// <summary>How much of the data is held back, and when the model is measured on it.</summary>
    public required ValidationOptions Validation { get; init; }

    /// <summary>
    /// When checkpoints are saved besides the beginning and the end of the run (finished or cancelled). Null saves only those two.
    /// </summary>
    public CheckpointOptions? Checkpoint { get; init; }

    /// <summary>
    /// The share of the averaged weights that each step keeps, from 0 up to but without 1, see <see cref="WeightAverage"/>; for the first
    /// steps less. Whatever looks at the model (validation, observers, the caller once the run has finished) then sees the average. Null
    /// keeps none.
    /// </summary>
    public double? Average { get; init; }

    /// <summary>
    /// The most memory in bytes that the training may need by its <see cref="MemoryPlan"/>, checked before it begins. Null sets no limit.
    /// </summary>
    public long? Budget { get; init; }

    /// <summary>
    /// How long one call of <see cref="Trainer.Run"/> may take; the run then ends as if cancelled, and can be resumed. Null sets no limit.
    /// </summary>
    public TimeSpan? MaxTime { get; init; }

    /// <summary>When the run ends because it has stopped getting better. Null lets it run to its end.</summary>
    public EarlyStoppingOptions? EarlyStopping { get; init; }

    /// <summary>Whether the run goes back to its last checkpoint when the loss leaps up. Null does not look for leaps.</summary>
    public RollbackOptions? Rollback { get; init; }

    /// <summary>
    /// Whether the loss is scaled before its gradients are taken, see <see cref="Gradients.LossScaling"/>; models of the precision float16
    /// need it, whose small gradients would be zeros otherwise.
    /// </summary>
    public bool LossScaling { get; init; }

    /// <summary>What to do about numbers that grow beyond measure, for messages.</summary>
    internal string Remedy =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"lower the learning rate of {Optimizer.LearningRate}, warm up longer or clip the gradients"
        );

    internal void Check()
    {
        EarlyStopping?.Check();
        Rollback?.Check();
        if (EarlyStopping is not null && Validation.Every is null)
        {
            throw new ArgumentException(
                "Early stopping needs metrics on the validation data during the run; say how often.",
                nameof(EarlyStopping)
            );
        }

        if (Budget is <= 0)
        {
            throw new ArgumentException($"The memory that a training may need is above 0, not {Budget}.", nameof(Budget));
        }

        if (MaxTime is { } time && time <= TimeSpan.Zero)
        {
            throw new ArgumentException($"The time a run may take is above 0, not {time}.", nameof(MaxTime));
        }

        if (Average is { } average && !(average is >= 0 and < 1))
        {
            throw new ArgumentException(
                $"The share of averaged weights that a step keeps lies from 0 up to but without 1, not at {average}.",
                nameof(Average)
            );
        }

        Validation.Check();
        Checkpoint?.Check();
        if (ClipNorm is { } norm && !(norm > 0 && double.IsFinite(norm)))
        {
            throw new ArgumentException($"The norm to clip gradients to is above 0, not {norm}.", nameof(ClipNorm));
        }

        if (BatchSize < 1)
        {
            throw new ArgumentException($"A batch holds at least 1 sample, not {BatchSize}.", nameof(BatchSize));
        }

        if (Accumulate < 1 || Accumulate > BatchSize)
        {
            throw new ArgumentException(
                $"A batch of {BatchSize} is computed in 1 to {BatchSize} parts, not in {Accumulate}.",
                nameof(Accumulate)
            );
        }
    }
}
