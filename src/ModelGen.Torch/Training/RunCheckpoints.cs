using System.Globalization;
using ModelGen.Checkpoints;
using ModelGen.Native;
using ModelGen.Training.Guards;
using static TorchSharp.torch;

namespace ModelGen.Training;

/// <summary>The checkpoints of a run in its folder: the regular ones, and the one with the best weights.</summary>
/// <param name="folder">The folder; null if nothing is saved.</param>
/// <param name="objective">What is trained.</param>
/// <param name="options">How it is trained.</param>
/// <param name="seed">The run's seed.</param>
/// <param name="identity">The run's identity.</param>
/// <param name="intervals">Steps between checkpoints, and between validations.</param>
/// <param name="state">What is saved.</param>
internal sealed class RunCheckpoints(
    string? folder,
    Objective objective,
    TrainingOptions options,
    ulong seed,
    RunIdentity identity,
    (long? Checkpoint, long? Validation) intervals,
    TrainingState state
)
{
    private const string BestFile = "best.safetensors";

    private string BestPath => Path.Combine(folder!, BestFile);

    /// <summary>
    /// Checks whether the run may start here: a new one would replace the checkpoints of another, and a resumed one may lack its best
    /// weights.
    /// </summary>
    /// <exception cref="ModelGenException">It may not.</exception>
    public void Check(bool isResumed, long totalSteps)
    {
        if (folder is null && (options.EarlyStopping is not null || options.Rollback is not null))
        {
            throw new ModelGenException(
                $"{(options.EarlyStopping is not null ? "Early stopping keeps the best weights in" : "A rollback goes back to")} a "
                    + $"checkpoint; give the trainer a {nameof(Trainer.CheckpointFolder)}."
            );
        }

        if (isResumed && state.Guards.Stopping is { BestStep: { } best })
        {
            CheckBest(best, totalSteps);
        }

        if (folder is not null && state.SavedStep is null && !isResumed && StepFiles.NewestFirst(folder) is [var (step, _), ..])
        {
            throw new ModelGenException(
                $"The folder '{folder}' holds the checkpoints of an earlier run, up to step {step}; resume that run, move them "
                    + "away, or choose another folder."
            );
        }
    }

    /// <summary>Records that the run resumes from a checkpoint, which need not be saved again if it is in the folder.</summary>
    public void GoOnFrom(Checkpoint checkpoint)
    {
        if (folder is not null && Path.GetFullPath(StepFiles.PathOf(folder, state.Step)) == Path.GetFullPath(checkpoint.Path))
        {
            state.SavedStep = state.Step;
        }
    }

    /// <summary>Whether the current step has not been saved yet.</summary>
    public bool IsDue => folder is not null && state.Step != state.SavedStep;

    /// <summary>Reads back what was just saved, so that no run turns out after hours to be impossible to resume.</summary>
    /// <exception cref="ModelGenException">It differs from what was saved.</exception>
    public void CheckSaved()
    {
        using var checkpoint = Checkpoint.Open(StepFiles.PathOf(folder!, state.Step));
        checkpoint.CheckGivesBack(state.All);
    }

    /// <summary>Saves the current step, and deletes the oldest checkpoints.</summary>
    /// <exception cref="DivergenceException">A weight is NaN or infinite.</exception>
    public CheckpointReport Save()
    {
        foreach (var (name, parameter) in state.Phases.SelectMany(static phase => phase.Phase.Parameters))
        {
            using var scope = NewDisposeScope();
            if (!parameter.IsFinite())
            {
                throw state.Diverged($"The parameter '{name}' is NaN or infinite at step {state.Step}", state.Step);
            }
        }

        var path = StepFiles.PathOf(folder!, state.Step);
        SaveTo(path);
        state.SavedStep = state.Step;
        StepFiles.Prune(folder!, state.Step, options.Checkpoint?.Keep ?? CheckpointOptions.KeptByDefault, IsGoneBackTo);
        return new CheckpointReport(state.Step, path);
    }

    /// <summary>Saves the weights as the best so far.</summary>
    public void SaveBest() => SaveTo(BestPath);

    /// <summary>Loads the best weights into the model, and returns their step.</summary>
    public long LoadBest()
    {
        using var best = Checkpoint.Open(BestPath);
        best.Restore(state.Weights, areAll: false);
        return best.Step;
    }

    /// <summary>Goes back to the last regular checkpoint.</summary>
    public void GoBack()
    {
        var from = state.Step;
        using var checkpoint = Checkpoint.OpenNewest(folder!, step => step <= from && IsGoneBackTo(step));
        checkpoint.Restore(state.All);
        state.SavedStep = state.Step = checkpoint.Step;
    }

    // Only to steps at which every run like this one saves; otherwise a run that was cancelled and resumed would go back to a different
    // step.
    private bool IsGoneBackTo(long step) => options.Rollback is not null && (step == 0 || step % intervals.Checkpoint == 0);

    private void CheckBest(long best, long totalSteps)
    {
        if (!File.Exists(BestPath))
        {
            throw new ModelGenException(
                $"The file '{BestPath}', in which early stopping keeps the best weights of this run, is missing; put it back, or "
                    + "start a new run."
            );
        }

        using var kept = Checkpoint.Open(BestPath);

        // If this run validates at that later step too, it will reach it and save its weights again.
        if (kept.Step != best && kept.Step % intervals.Validation != 0 && kept.Step != totalSteps)
        {
            throw new ModelGenException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The file '{BestPath}' holds the weights of step {kept.Step}, at which a shorter run ended and which a run of "
                        + $"{totalSteps} steps does not validate, instead of those of step {best}; resume with a duration of "
                        + $"{kept.Step} steps, or start a new run."
                )
            );
        }
    }

    private void SaveTo(string path) =>
        Checkpoint.Save(
            path,
            new CheckpointHeader
            {
                ModelName = objective.Model.GetName(),
                Fingerprint = objective.Fingerprint,
                DataFingerprint = objective.DataFingerprint,
                Step = state.Step,
                Seed = seed,
                Settings = identity.Settings,
                Environment = identity.Environment,
                Metadata = objective.Metadata,
            },
            state.All
        );
}
