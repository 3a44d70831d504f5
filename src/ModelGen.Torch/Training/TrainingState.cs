using System.Globalization;
using ModelGen.Checkpoints;
using ModelGen.Training.Gradients;
using ModelGen.Training.Guards;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Training;

/// <summary>Everything that changes during a run and that its checkpoints hold.</summary>
internal sealed class TrainingState : IDisposable
{
    private readonly TrainingOptions _options;

    /// <summary>Starts from the model's current weights.</summary>
    public TrainingState(Objective objective, TrainingPlan plan, TrainingOptions options, long totalSteps)
    {
        _options = options;
        var groups = new ParameterGroups(objective.Model, plan, options, totalSteps);
        Phases = [.. plan.Phases.Select(phase => new OptimizedPhase(phase, groups.Of(phase), options.LossScaling))];
        Average = options.Average is { } decay ? new WeightAverage(objective.Model, decay, warmUp: true) : null;
        Guards = new RunGuards(options.Rollback, options.EarlyStopping);
        Growth = new Growth([.. Phases.SelectMany(static phase => phase.Parameters)]);
        Weights = Average is null
            ? [(Checkpoint.ModelState, new ModuleState(objective.Model))]
            : [(Checkpoint.ModelState, new ModuleState(objective.Model)), (Checkpoint.AverageState, Average)];
        All =
        [
            .. Weights,
            .. Phases.SelectMany(static phase => phase.States),
            ("guards", Guards),
            .. objective.States.Select(static state => ($"objective.{state.Key}", state.Value)),
        ];
    }

    /// <summary>The steps made so far.</summary>
    public long Step { get; set; }

    /// <summary>The step of the last saved checkpoint; null if there is none.</summary>
    public long? SavedStep { get; set; }

    /// <summary>The phases of a step with their optimizers.</summary>
    public OptimizedPhase[] Phases { get; }

    /// <summary>The average of the weights, if one is kept.</summary>
    public WeightAverage? Average { get; }

    /// <summary>The guards of the run.</summary>
    public RunGuards Guards { get; }

    /// <summary>How far the weights and the loss have grown.</summary>
    public Growth Growth { get; }

    /// <summary>The number of the next step's batch, from 0.</summary>
    public long Batch => Step + Guards.Skipped;

    /// <summary>The weights of the model and their average.</summary>
    public IReadOnlyList<(string Name, IRunState State)> Weights { get; }

    /// <summary>The whole state by its names in checkpoints.</summary>
    public IReadOnlyList<(string Name, IRunState State)> All { get; }

    /// <summary>Where the trained weights are.</summary>
    public Device Device => Phases[0].Parameters[0].device;

    /// <summary>Puts the average, if one is kept, into the model until the result is disposed.</summary>
    public IDisposable? Averaged() => Average?.Swap();

    /// <summary>The exception that ends a run that has diverged.</summary>
    /// <param name="what">What was detected.</param>
    /// <param name="step">The step at which it was detected, counted from 1.</param>
    /// <param name="remedy">What to do, if that is known; otherwise it follows from what has grown.</param>
    public DivergenceException Diverged(string what, long step, string? remedy = null)
    {
        remedy ??= Remedy();
        var kept = SavedStep is { } saved ? $" (the checkpoint of step {saved} is kept)" : "";
        return new DivergenceException($"{what}; {remedy}{kept}.", step);
    }

    // A learning rate that is too high drives up the weights, and mostly the loss, before the numbers overflow.
    private string Remedy()
    {
        var rate = string.Create(CultureInfo.InvariantCulture, $"lower the learning rate of {_options.Optimizer.LearningRate}");
        var clip = _options.ClipNorm is { } norm
            ? string.Create(CultureInfo.InvariantCulture, $"clip the gradients to less than {norm}")
            : "clip the gradients";
        return Growth.Sentence() is { } grown
            ? $"{rate}, warm up longer or {clip}, since {grown}"
            : $"{(Growth.HasLosses ? "neither the weights nor the loss have" : "the weights have not")} grown tenfold before, so check the "
                + $"objective and its settings first; if they are right, {rate} or {clip}";
    }

    /// <summary>Frees the optimizers' state and the average.</summary>
    public void Dispose()
    {
        foreach (var phase in Phases)
        {
            phase.Dispose();
        }

        Average?.Dispose();
    }
}
