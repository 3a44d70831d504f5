using ModelGen.Checkpoints;
using ModelGen.Training.Gradients;
using ModelGen.Training.Guards;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Training;

/// <summary>Everything that changes during a run and that its checkpoints hold.</summary>
internal sealed class TrainingState : IDisposable
{
    /// <summary>Starts from the model's current weights.</summary>
    public TrainingState(Objective objective, TrainingPlan plan, TrainingOptions options)
    {
        Phases = [.. plan.Phases.Select(phase => new OptimizedPhase(phase, options.LossScaling))];
        Average = options.Average is { } decay ? new WeightAverage(objective.Model, decay, warmUp: true) : null;
        Guards = new RunGuards(options.Rollback, options.EarlyStopping);
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
    /// <param name="remedy">What to do.</param>
    /// <param name="step">The step at which it was detected, counted from 1.</param>
    public DivergenceException Diverged(string what, string remedy, long step)
    {
        var kept = SavedStep is { } saved ? $" (the checkpoint of step {saved} is kept)" : "";
        return new DivergenceException($"{what}; {remedy}{kept}.", step);
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
