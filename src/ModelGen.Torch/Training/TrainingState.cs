using ModelGen.Checkpoints;
using ModelGen.Training.Gradients;
using ModelGen.Training.Guards;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Training;

/// <summary>All that changes while a run goes on, and that its checkpoints hold.</summary>
internal sealed class TrainingState : IDisposable
{
    /// <summary>Begins at the weights that the model has.</summary>
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

    /// <summary>The step of the checkpoint saved last; null where there is none.</summary>
    public long? SavedStep { get; set; }

    /// <summary>The phases of a step with their optimizers.</summary>
    public OptimizedPhase[] Phases { get; }

    /// <summary>The average of the weights, where one is kept.</summary>
    public WeightAverage? Average { get; }

    /// <summary>What watches over the run.</summary>
    public RunGuards Guards { get; }

    /// <summary>The number of the next step's batch, from 0.</summary>
    public long Batch => Step + Guards.Skipped;

    /// <summary>The weights of the model and their average.</summary>
    public IReadOnlyList<(string Name, IRunState State)> Weights { get; }

    /// <summary>All of it by the names that checkpoints have.</summary>
    public IReadOnlyList<(string Name, IRunState State)> All { get; }

    /// <summary>Where the trained weights are.</summary>
    public Device Device => Phases[0].Parameters[0].device;

    /// <summary>Puts the average into the model until the result is disposed, where one is kept.</summary>
    public IDisposable? Averaged() => Average?.Swap();

    /// <summary>The exception that ends a run whose numbers are not to be trained on.</summary>
    /// <param name="what">What was seen.</param>
    /// <param name="remedy">What to do.</param>
    /// <param name="step">The step at which it was seen, counted from 1.</param>
    public DivergenceException Diverged(string what, string remedy, long step)
    {
        var kept = SavedStep is { } saved ? $" (the checkpoint of step {saved} is kept)" : "";
        return new DivergenceException($"{what}; {remedy}{kept}.", step);
    }

    /// <summary>Frees what optimizers remember, and the average.</summary>
    public void Dispose()
    {
        foreach (var phase in Phases)
        {
            phase.Dispose();
        }

        Average?.Dispose();
    }
}
