using ModelGen.Checkpoints;
using ModelGen.Layers;
using ModelGen.Native;
using ModelGen.Objectives;
using ModelGen.Training;
using ModelGen.Tuning;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Runs;

/// <summary>
/// A whole run as a value: which model is trained, how, and on what. A recipe that says where its data are has one as <c>Run</c>; other
/// programs make one of the class that is for their family.
/// </summary>
public abstract class ModelRun
{
    private protected ModelRun() { }

    /// <summary>How the model is trained.</summary>
    public required TrainingOptions Training { get; init; }

    /// <summary>What the training starts from and which weights it changes; null for a new model, which is trained as a whole.</summary>
    public FineTuning? FineTuning { get; init; }

    /// <summary>
    /// The folders of the runs whose models are used, such as a teacher: the manifest has the hashes of their newest checkpoints, and a run
    /// resumes only with the same.
    /// </summary>
    public IReadOnlyList<string> UsedRuns { get; init; } = [];

    /// <summary>
    /// Trains the model in the run's folder, with samples along the way, and at the end writes what it makes and measures it; see
    /// <see cref="RunSession"/>.
    /// </summary>
    /// <param name="settings">How the run is started.</param>
    /// <param name="stop">Stops it cleanly, see <see cref="ConsoleProgram"/>.</param>
    /// <returns>Whether the run is finished; otherwise it was stopped and saved.</returns>
    /// <exception cref="ModelGenException">The data, the device or the folder cannot be used, or the training diverges.</exception>
    public abstract bool Execute(RunSettings settings, CancellationToken stop = default);

    /// <summary>Tries rising learning rates instead of training, see <see cref="RunSession.FindLearningRate"/>.</summary>
    /// <param name="settings">How the run is started.</param>
    /// <param name="steps">How many steps to try; null for 200.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="ModelGenException">The data, the device or the folder cannot be used, or there is no single learning
    /// rate.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public abstract void FindLearningRate(RunSettings settings, int? steps = null, CancellationToken stop = default);

    /// <summary>Makes a few steps and tells how long they take; nothing is written.</summary>
    /// <param name="device">The name of the device, such as <c>cpu</c>.</param>
    /// <param name="steps">How many steps to measure, at least 1.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="ModelGenException">The data or the device cannot be used, or the training diverges at once.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public abstract StepProbe Probe(string device = "auto", int steps = 5, CancellationToken stop = default);

    /// <summary>
    /// Measures the newest checkpoint of the run's folder as at the end of the training, on the data as they are now, and writes
    /// <c>evaluation.json</c> anew.
    /// </summary>
    /// <param name="settings">The run's folder and the device; the seed is that of the run.</param>
    /// <param name="output">The folder for <c>evaluation.json</c> and what else the metrics write; null for that of the run.</param>
    /// <param name="stop">Stops it.</param>
    /// <returns>False if it was stopped; nothing is written then.</returns>
    /// <exception cref="ModelGenException">There is no checkpoint of this model, or the data or the device cannot be used.</exception>
    public abstract bool Evaluate(RunSettings settings, string? output = null, CancellationToken stop = default);

    /// <summary>
    /// Takes from the data what a trained model needs besides its weights before it can sample, such as how often a
    /// <see cref="Models.VqVae"/> uses each of its codes; most models need nothing, and then no data are read.
    /// </summary>
    /// <param name="model">The model of this run, with the weights of a checkpoint.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="ModelGenException">The data cannot be read.</exception>
    public abstract void Prepare(nn.Module model, CancellationToken stop = default);
}

/// <summary>A whole run of a model on data of one kind.</summary>
/// <typeparam name="TModel">The class of the model.</typeparam>
/// <typeparam name="TData">The class of its data.</typeparam>
public abstract class ModelRun<TModel, TData> : ModelRun
    where TModel : nn.Module, IGeneratedModel
    where TData : class
{
    private protected ModelRun() { }

    /// <summary>Creates the model on a device.</summary>
    public required Func<Device, TModel> Create { get; init; }

    /// <summary>Reads the data for the model, onto its device; the run disposes them if they can be.</summary>
    public required Func<TModel, IProgress<double>, CancellationToken, TData> ReadData { get; init; }

    /// <summary>Binds the objective to the model and the data.</summary>
    public required Func<TModel, TData, Objective> CreateObjective { get; init; }

    /// <summary>Sees the model at the end of a finished run; null for nothing more.</summary>
    public Action<TModel, TData>? OnFinished { get; init; }

    /// <inheritdoc/>
    public sealed override bool Execute(RunSettings settings, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        using var session = new RunSession(settings, stop);
        using var model = NewModel(session);
        session.Use(UsedRuns);
        var data = Read(model, stop);
        using var held = data as IDisposable;
        if (!session.Run(CreateObjective(model, data), Training, Results(model, data, settings.Seed)))
        {
            return false;
        }

        OnFinished?.Invoke(model, data);
        return true;
    }

    /// <inheritdoc/>
    public sealed override void FindLearningRate(RunSettings settings, int? steps = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        using var session = new RunSession(settings, stop);
        using var model = NewModel(session);
        var data = Read(model, stop);
        using var held = data as IDisposable;
        session.FindLearningRate(CreateObjective(model, data), Training, steps);
    }

    /// <inheritdoc/>
    public sealed override StepProbe Probe(string device = "auto", int steps = 5, CancellationToken stop = default)
    {
        var chosen = Devices.Choose(device);
        manual_seed(0).Dispose();
        using var model = RunSession.WithWeights(Create(chosen), stop);
        FineTuning?.ApplyTo(model);
        var data = Read(model, stop);
        using var held = data as IDisposable;
        return StepProbe.Of(CreateObjective(model, data), Training, steps, stop);
    }

    /// <inheritdoc/>
    public sealed override bool Evaluate(RunSettings settings, string? output = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        using var checkpoint = Checkpoint.OpenNewest(Path.Combine(settings.Folder, RunFiles.Checkpoints));
        using var session = new RunSession(settings with { Folder = output ?? settings.Folder, Seed = checkpoint.Seed }, stop);
        using var model = Create(session.Device);
        FineTuning?.ApplyTo(model);
        checkpoint.LoadInto(model);
        var data = Read(model, stop);
        using var held = data as IDisposable;
        var objective = CreateObjective(model, data);
        checkpoint.CheckSameMeaning(objective.Metadata);
        RestoreReference(checkpoint, objective);
        Prepare(model, data);
        return session.Measure(objective, Training.BatchSize, Results(model, data, checkpoint.Seed), Notes(checkpoint, objective));
    }

    /// <inheritdoc/>
    public sealed override void Prepare(nn.Module model, CancellationToken stop = default)
    {
        var mine = (TModel)model;
        if (NeedsData(mine))
        {
            var data = Read(mine, stop);
            using var held = data as IDisposable;
            Prepare(mine, data);
        }
    }

    /// <summary>What shows what the model has learned.</summary>
    private protected virtual RunResults Results(TModel model, TData data, ulong seed) => new();

    /// <summary>Whether a model with its weights needs the data before it can sample.</summary>
    private protected virtual bool NeedsData(TModel model) => false;

    /// <summary>Takes from the data what a model needs before it can sample, besides its weights.</summary>
    private protected virtual void Prepare(TModel model, TData data) { }

    // What the model was before it was trained, with which some objectives compare it.
    private static void RestoreReference(Checkpoint checkpoint, Objective objective)
    {
        if (objective is not PromptedObjective { States.Count: > 0 } prompted)
        {
            return;
        }

        if (!prompted.KnowsReferenceOfOtherData && objective.DataFingerprint != checkpoint.DataFingerprint)
        {
            throw new ModelGenException(
                "What is measured compares the model with what it was before, of which the run knows only how likely its own answers were; "
                    + "evaluate it on these, without naming other data."
            );
        }

        checkpoint.Restore([.. objective.States.Select(static state => ($"objective.{state.Key}", state.Value))], areAll: false);
    }

    // What is measured may not be what one would take it for.
    private static IReadOnlyList<string> Notes(Checkpoint checkpoint, Objective objective) =>
        [
            .. checkpoint.Damaged.Select(damaged => $"The checkpoint {damaged}; that of step {checkpoint.Step} was measured."),
            .. objective.DataFingerprint == checkpoint.DataFingerprint
                ? []
                : new[] { "These are not the data that the model was trained on." },
        ];

    private TModel NewModel(RunSession session) => FineTuning is null ? session.Create(Create) : session.Create(Create, FineTuning);

    private TData Read(TModel model, CancellationToken stop) => ReadData(model, new ProgressLine("reading the data"), stop);
}
