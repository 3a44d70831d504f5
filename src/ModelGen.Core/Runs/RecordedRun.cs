using ModelGen.Evaluation;
using ModelGen.Files;
using ModelGen.Plots;

namespace ModelGen.Runs;

/// <summary>A run as its folder has it, read while it may still be going on.</summary>
internal sealed class RecordedRun
{
    private const string Loss = "loss";

    private RecordedRun(string folder) => Folder = folder;

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>What the manifest says; null if it cannot be read.</summary>
    public RunManifest? Manifest { get; private init; }

    /// <summary>How far the run is.</summary>
    public RunState State { get; private init; }

    /// <summary>The metrics by their names in the file; none if it cannot be read.</summary>
    public IReadOnlyList<Curve> Metrics { get; private init; } = [];

    /// <summary>What was measured after training; null if nothing was, or it cannot be read.</summary>
    public EvaluationFile? Evaluation { get; private init; }

    /// <summary>What is wrong with the files, each a sentence.</summary>
    public IReadOnlyList<string> Problems { get; private init; } = [];

    /// <summary>When the run began, UTC.</summary>
    public DateTime? Started => Manifest?.Sessions[0].Started;

    /// <summary>The steps that are done.</summary>
    public long? Step =>
        Manifest is null ? null
        : State != RunState.Running && Manifest.Sessions[^1].ToStep is { } ended ? ended
        : Metrics.SelectMany(static curve => curve.Points).Select(static point => point.Step).Append(Manifest.Sessions[^1].FromStep).Max();

    /// <summary>The loss in training, of several the first; null if there is none.</summary>
    public Curve? TrainingLoss => LossOf(MetricsFile.TrainingPrefix);

    /// <summary>The loss in validation, of several the first; null if there is none.</summary>
    public Curve? ValidationLoss => LossOf(MetricsFile.ValidationPrefix);

    /// <summary>Whether a folder has a run.</summary>
    public static bool IsIn(string folder) =>
        Path.Combine(folder, RunFiles.Manifest) is var path && Path.Exists(path) && IsOurs(folder, path);

    /// <summary>Reads a folder. What is damaged is among the problems.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The run; null if the folder has none.</returns>
    public static RecordedRun? Read(string folder)
    {
        if (!IsIn(folder))
        {
            return null;
        }

        var path = Path.Combine(folder, RunFiles.Manifest);

        var problems = new List<string>();
        var manifest = Trying(() => RunManifest.Read(path), problems);
        var metrics = Trying(() => MetricsFile.ReadAndCount(Path.Combine(folder, RunFiles.Metrics)), problems);
        if (metrics.LeftOut > 0)
        {
            problems.Add($"{RunFiles.Metrics} is damaged: {metrics.LeftOut} of its lines cannot be read and are left out.");
        }

        var evaluation = Path.Combine(folder, RunFiles.Evaluation);
        return new RecordedRun(folder)
        {
            Manifest = manifest,
            State = StateOf(folder, manifest, problems),
            Metrics = metrics.Curves ?? [],
            Evaluation = Path.Exists(evaluation) ? Trying(() => EvaluationFile.Read(evaluation), problems) : null,
            Problems = problems,
        };
    }

    /// <summary>A metric by its name in the file; null if there is none.</summary>
    public Curve? Metric(string name) => Metrics.FirstOrDefault(curve => curve.Name == name);

    private Curve? LossOf(string prefix) =>
        Metric(prefix + Loss)
        ?? Metrics.FirstOrDefault(curve =>
            curve.Name.StartsWith(prefix, StringComparison.Ordinal) && curve.Name.EndsWith("_" + Loss, StringComparison.Ordinal)
        );

    // Web pages and editors' extensions have files of this name, too. Beside a damaged one, what else a run writes tells.
    private static bool IsOurs(string folder, string manifest)
    {
        if (RunFiles.Telling.Any(name => Path.Exists(Path.Combine(folder, name))))
        {
            return true;
        }

        try
        {
            return RunManifest.IsLike(JsonFile.Read(manifest));
        }
        catch (ModelGenException)
        {
            return false;
        }
    }

    private static RunState StateOf(string folder, RunManifest? manifest, List<string> problems)
    {
        switch (RunLock.IsHeld(Path.Combine(folder, RunFiles.Lock)))
        {
            case true:
                return RunState.Running;
            case null:
                problems.Add($"{RunFiles.Lock} is that of another machine, and whether the run goes on there cannot be seen from here.");
                return RunState.Unknown;
            default:
                return manifest is null ? RunState.Unknown : manifest.Sessions[^1].End ?? RunState.Crashed;
        }
    }

    private static T? Trying<T>(Func<T> read, List<string> problems)
    {
        try
        {
            return read();
        }
        catch (ModelGenException exception)
        {
            problems.Add(exception.Message);
            return default;
        }
    }
}
