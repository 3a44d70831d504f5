namespace ModelGen.Training;

/// <summary>How a model is trained: the <c>training:</c> section of its spec. Use <c>with</c> to change a value for one run.</summary>
public record TrainingOptions
{
    /// <summary>The optimizer and its settings, the peak learning rate among them.</summary>
    public required OptimizerOptions Optimizer { get; init; }

    /// <summary>How the learning rate moves over the run; constant without warm-up unless told otherwise.</summary>
    public ScheduleOptions Schedule { get; init; } = new ConstantSchedule();

    /// <summary>The largest allowed norm of all gradients together, above 0; longer gradients are scaled down to it. Null does not clip.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>Samples per step, at least 1.</summary>
    public required int BatchSize { get; init; }

    /// <summary>
    /// In how many parts a batch is computed, one after another, from 1 to <see cref="BatchSize"/>: more parts need less memory, and give the same loss and
    /// gradients but for rounding (and but for what dropout drops).
    /// </summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>How long to train, at least one step.</summary>
    public required Duration Duration { get; init; }

    /// <summary>How much of the data is held back, and when the model is measured on it.</summary>
    public required ValidationOptions Validation { get; init; }

    /// <summary>When checkpoints are saved besides the beginning and the end of the run (finished or cancelled). Null saves only those two.</summary>
    public CheckpointOptions? Checkpoint { get; init; }

    /// <summary>
    /// The share of the averaged weights that each step keeps, from 0 up to but without 1, see <see cref="WeightAverage"/>; for the first steps
    /// less. Whatever looks at the model (validation, observers, the caller once the run has finished) then sees the average. Null keeps none.
    /// </summary>
    public double? Average { get; init; }

    /// <summary>
    /// Whether the loss is scaled before its gradients are taken, see <see cref="Training.LossScaling"/>; models of the precision float16 need it, whose
    /// small gradients would be zeros otherwise.
    /// </summary>
    public bool LossScaling { get; init; }

    internal void Check()
    {
        if (Average is { } average && !(average is >= 0 and < 1))
            throw new ArgumentException($"The share of averaged weights that a step keeps lies from 0 up to but without 1, not at {average}.", nameof(Average));
        Validation.Check();
        Checkpoint?.Check();
        if (ClipNorm is { } norm && !(norm > 0 && double.IsFinite(norm)))
            throw new ArgumentException($"The norm to clip gradients to is above 0, not {norm}.", nameof(ClipNorm));
        if (BatchSize < 1)
            throw new ArgumentException($"A batch holds at least 1 sample, not {BatchSize}.", nameof(BatchSize));
        if (Accumulate < 1 || Accumulate > BatchSize)
            throw new ArgumentException($"A batch of {BatchSize} is computed in 1 to {BatchSize} parts, not in {Accumulate}.", nameof(Accumulate));
    }
}
