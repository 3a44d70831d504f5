using ModelGen.Runs;
using ModelGen.Training;

namespace ModelGen.Examples;

/// <summary>The values of the options that all training programs share.</summary>
internal sealed record RunOptions
{
    /// <summary>What to learn from; null for the program's own data.</summary>
    public string? Data { get; init; }

    /// <summary>Passes over the training data; null for the spec's duration.</summary>
    public long? Epochs { get; init; }

    /// <summary>Training steps, instead of epochs; null for the spec's duration.</summary>
    public long? Steps { get; init; }

    /// <summary>The folder of the run; null for the program's default.</summary>
    public string? Out { get; init; }

    /// <summary>The seed of everything random.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The name of the device.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Whether to resume the run in the folder.</summary>
    public bool Resume { get; init; }

    /// <summary>Whether to skip the evaluation of the trained model.</summary>
    public bool NoEvaluation { get; init; }

    /// <summary>Whether to try rising learning rates instead of training.</summary>
    public bool FindLearningRate { get; init; }

    /// <summary>The training options, with the duration from the command line if it gives one.</summary>
    public TrainingOptions Of(TrainingOptions training) =>
        this switch
        {
            { Epochs: { } epochs } => training with { Duration = Duration.Epochs(epochs) },
            { Steps: { } steps } => training with { Duration = Duration.Steps(steps) },
            _ => training,
        };

    /// <summary>How the run is started.</summary>
    /// <param name="folder">Its folder, unless the command line names one.</param>
    /// <param name="spec">The file that defines the model, next to the program.</param>
    public RunSettings Settings(string folder, string spec) =>
        new()
        {
            Folder = Out ?? folder,
            Seed = Seed,
            IsResumed = Resume,
            Device = Device,
            IsEvaluated = !NoEvaluation,
            Spec = Path.Combine(AppContext.BaseDirectory, spec),
        };

    /// <summary>Executes a run, or tries learning rates for it.</summary>
    /// <param name="run">The run.</param>
    /// <param name="settings">How it is started.</param>
    /// <param name="stop">Stops it.</param>
    /// <returns>False if it was stopped early.</returns>
    public bool Execute(ModelRun run, RunSettings settings, CancellationToken stop)
    {
        if (!FindLearningRate)
        {
            return run.Execute(settings, stop);
        }

        run.FindLearningRate(settings, (int?)Steps, stop);
        return true;
    }
}
