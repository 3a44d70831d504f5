using System.Collections.Frozen;
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

    /// <summary>How the learning rate changes over the run; by default constant without warm-up.</summary>
    public ScheduleOptions Schedule { get; init; } = new ConstantSchedule();

    /// <summary>
    /// What the learning rate is multiplied by for some weights, above 0, by patterns of their names in the model's state: a name, all
    /// below it, and <c>*</c> for any letters of one part, as in <c>blocks.*.self_attention</c> (Howard and Ruder 2018, "Universal language
    /// model fine-tuning for text classification", section 3.2). No weight has two. The others learn at the learning rate itself.
    /// </summary>
    public IReadOnlyDictionary<string, double> Rates { get; init; } = FrozenDictionary<string, double>.Empty;

    /// <summary>
    /// After how much of the training some weights begin to learn, above 0, by such patterns (Howard and Ruder 2018, section 3.3). Until
    /// then they stay as they are and have no gradient; then their optimizer begins to count its steps, as PyTorch's does, at the learning
    /// rate that the schedule has by then. The others learn from the beginning.
    /// </summary>
    public IReadOnlyDictionary<string, Duration> Unfreeze { get; init; } = FrozenDictionary<string, Duration>.Empty;

    /// <summary>
    /// The largest allowed norm of all gradients together, above 0; larger gradients are scaled down to it. Null does not clip.
    /// </summary>
    public double? ClipNorm { get; init; }

    /// <summary>Samples per step, at least 1.</summary>
    public required int BatchSize { get; init; }

    /// <summary>
    /// The number of parts in which a batch is computed, one after another, from 1 to <see cref="BatchSize"/>: more parts need less memory,
    /// and give the same loss and gradients except for rounding and what dropout drops.
    /// </summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>How long to train, at least one step.</summary>
    public required Duration Duration { get; init; }

    /// <summary>How much of the data is held back, and when the model is validated on it.</summary>
    public required ValidationOptions Validation { get; init; }

    /// <summary>
    /// When checkpoints are saved besides the beginning and the end of the run (finished or cancelled). Null saves only those two.
    /// </summary>
    public CheckpointOptions? Checkpoint { get; init; }

    /// <summary>
    /// The decay of the moving average of the weights, in [0, 1), see <see cref="WeightAverage"/>; smaller for the first steps. Validation,
    /// observers and, once the run has finished, the caller then see the average. Null keeps none.
    /// </summary>
    public double? Average { get; init; }

    /// <summary>
    /// The most memory in bytes that the training may need according to its <see cref="MemoryPlan"/>, checked before it begins. Null sets
    /// no limit.
    /// </summary>
    public long? Budget { get; init; }

    /// <summary>
    /// How long one call of <see cref="Trainer.Run"/> may take; the run then ends as if cancelled, and can be resumed. Null sets no limit.
    /// </summary>
    public TimeSpan? MaxTime { get; init; }

    /// <summary>When the run ends because the model has stopped improving. Null lets it run to its end.</summary>
    public EarlyStoppingOptions? EarlyStopping { get; init; }

    /// <summary>When the run goes back to its last checkpoint because the loss spikes. Null does not look for spikes.</summary>
    public RollbackOptions? Rollback { get; init; }

    /// <summary>
    /// Whether the loss is scaled before its gradients are taken, see <see cref="Gradients.LossScaling"/>; models of precision float16 need
    /// it, or their small gradients would underflow to zero.
    /// </summary>
    public bool LossScaling { get; init; }

    /// <summary>For some steps that are watched and then cancelled: nothing is validated, saved or rolled back, and all weights
    /// learn from the beginning.</summary>
    /// <param name="steps">How many are made.</param>
    /// <param name="schedule">Their learning rates.</param>
    /// <remarks>The length is one more: only a run that is stopped before its end skips the metrics over the whole validation
    /// data.</remarks>
    internal TrainingOptions ForSteps(int steps, ScheduleOptions schedule) =>
        this with
        {
            Schedule = schedule,
            Unfreeze = FrozenDictionary<string, Duration>.Empty,
            Duration = Duration.Steps(steps + 1L),
            Validation = Validation with { Every = null },
            Checkpoint = null,
            EarlyStopping = null,
            Rollback = null,
            MaxTime = null,
        };

    internal void Check()
    {
        EarlyStopping?.Check();
        Rollback?.Check();
        if (EarlyStopping is not null && Validation.Every is null)
        {
            throw new ArgumentException(
                "Early stopping needs validation during the run; set how often with 'Validation.Every'.",
                nameof(EarlyStopping)
            );
        }

        if (Budget is <= 0)
        {
            throw new ArgumentException($"The memory budget of a training must be above 0, not {Budget}.", nameof(Budget));
        }

        if (MaxTime is { } time && time <= TimeSpan.Zero)
        {
            throw new ArgumentException($"The maximum time of a run must be above 0, not {time}.", nameof(MaxTime));
        }

        if (Average is { } average && !(average is >= 0 and < 1))
        {
            throw new ArgumentException($"The decay of the average of the weights must be in [0, 1), not {average}.", nameof(Average));
        }

        if (Rates.FirstOrDefault(static rate => !(rate.Value > 0 && double.IsFinite(rate.Value))) is { Key: { } wrong, Value: var factor })
        {
            throw new ArgumentException($"The learning rate of '{wrong}' must be multiplied by more than 0, not {factor}.", nameof(Rates));
        }

        Validation.Check();
        Checkpoint?.Check();
        if (ClipNorm is { } norm && !(norm > 0 && double.IsFinite(norm)))
        {
            throw new ArgumentException($"The norm to clip gradients to must be above 0, not {norm}.", nameof(ClipNorm));
        }

        if (BatchSize < 1)
        {
            throw new ArgumentException($"A batch must hold at least 1 sample, not {BatchSize}.", nameof(BatchSize));
        }

        if (Accumulate < 1 || Accumulate > BatchSize)
        {
            throw new ArgumentException(
                $"A batch of {BatchSize} can be computed in 1 to {BatchSize} parts, not in {Accumulate}.",
                nameof(Accumulate)
            );
        }
    }
}
