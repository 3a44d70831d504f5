using ModelGen.Runs;
using ModelGen.Training;

namespace ModelGen.Examples;

/// <summary>What the options say that every program of a run has.</summary>
internal sealed record RunOptions
{
    /// <summary>What to learn from; null for what the program has.</summary>
    public string? Data { get; init; }

    /// <summary>Passes over the training data; null for what the spec says.</summary>
    public long? Epochs { get; init; }

    /// <summary>Training steps, instead of passes; null for what the spec says.</summary>
    public long? Steps { get; init; }

    /// <summary>The folder of the run; null for the program's own.</summary>
    public string? Out { get; init; }

    /// <summary>The seed of everything random.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The device, by its word.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Whether to go on with the run in the folder.</summary>
    public bool Resume { get; init; }

    /// <summary>Whether to leave the trained model unmeasured.</summary>
    public bool NoEvaluation { get; init; }

    /// <summary>Whether to try rising learning rates instead of training.</summary>
    public bool FindLearningRate { get; init; }

    /// <summary>How long to train, said anew where the command line says it.</summary>
    public TrainingOptions Of(TrainingOptions training) =>
        this switch
        {
            { Epochs: { } epochs } => training with { Duration = Duration.Epochs(epochs) },
            { Steps: { } steps } => training with { Duration = Duration.Steps(steps) },
            _ => training,
        };

    /// <summary>How the run begins.</summary>
    /// <param name="folder">Its folder, where the command line names none.</param>
    /// <param name="spec">The file that the model was written in, beside the program.</param>
    /// <param name="curves">What <c>curves.png</c> shows.</param>
    /// <param name="results">The files that the program itself writes.</param>
    public RunSettings Settings(string folder, string spec, CurveSettings curves, params IReadOnlyList<string> results) =>
        new()
        {
            Folder = Out ?? folder,
            Seed = Seed,
            IsResumed = Resume,
            Device = Device,
            IsEvaluated = !NoEvaluation,
            Spec = Path.Combine(AppContext.BaseDirectory, spec),
            Curves = curves,
            Results = results,
        };
}
