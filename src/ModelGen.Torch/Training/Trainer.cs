using System.Globalization;
using ModelGen.Checkpoints;
using ModelGen.Layers;
using ModelGen.Native;
using ModelGen.Native.Convolutions;
using ModelGen.Runs;
using ModelGen.Training.Guards;
using ModelGen.Training.Optimizers;
using ModelGen.Training.Schedules;
using static TorchSharp.torch;

namespace ModelGen.Training;

/// <summary>
/// The training loop for every family of models: the objective defines what a step minimises, observers watch, and checkpoints let a run
/// that was stopped at any moment end in the same bytes as one that never was.
/// </summary>
/// <example>
/// <code>
/// using var trainer = new Trainer(model.CreateObjective(data), DocsGpt.Training, seed: 1)
/// {
///     CheckpointFolder = "runs/docs/checkpoints",
///     Observers = { new ConsoleProgress(), new MetricsFile("runs/docs/metrics.jsonl") },
/// };
/// var result = trainer.Run(cancellation.Token);
/// </code>
/// </example>
public sealed class Trainer : IDisposable
{
    private readonly Objective _objective;
    private readonly TrainingOptions _options;
    private readonly ulong _seed;
    private readonly TrainingPlan _plan;
    private readonly TrainingState _state;
    private readonly RunLength _run;
    private readonly Stepper _stepper;
    private readonly StepRecorder _recorder;
    private readonly long? _validateEvery;
    private readonly long? _checkpointEvery;
    private IReadOnlyList<string> _notices = [];
    private bool _isResumed;
    private long? _measuredStep;

    /// <summary>Prepares a run from its first step.</summary>
    /// <param name="objective">What to minimise; it brings the model and the data.</param>
    /// <param name="options">How to train; <c>DocsGpt.Training with { Duration = Duration.Steps(100) }</c> changes a value for one
    /// run.</param>
    /// <param name="seed">
    /// The seed of the data order and of everything random inside the model. The model's initial weights are drawn earlier, at its
    /// construction, from torch's own generator: call <c>Libtorch.Load()</c> and <c>torch.manual_seed</c> before it.
    /// </param>
    /// <exception cref="ArgumentException">An option is out of range, or not for this objective.</exception>
    /// <exception cref="ModelGenException">The duration is less than one step, there is nothing to train, or the rates or the unfreezing
    /// do not fit the model or the run.</exception>
    public Trainer(Objective objective, TrainingOptions options, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        (_objective, _options, _seed, _plan) = (objective, options, seed, objective.Plan(options));
        CheckPlan();
        _run = new RunLength(_plan.ToSteps(options.Duration), _plan.StepsPerEpoch, _plan.Unit, _plan.UnitsPerStep);
        if (TotalSteps < 1)
        {
            throw new ModelGenException($"A training of {options.Duration} makes no step; give it a longer duration.");
        }

        // A schedule with a length in a unit that the data do not have fails now.
        options.Schedule.LearningRate(_plan.Phases[0].Optimizer.LearningRate, step: 0, _run);
        _validateEvery = Interval(options.Validation.Every);
        _checkpointEvery = Interval(options.Checkpoint?.Every);

        _state = new TrainingState(objective, _plan, options, TotalSteps);
        _stepper = new Stepper(objective, _plan, options, seed, _run, _state);
        _recorder = new StepRecorder(objective, _plan, _state, _stepper, TotalSteps);
        Memory = MemoryPlan.Of(objective, options, _state, _stepper.ThreadCount);
        if (Memory.Excess(options.Budget) is not { } excess)
        {
            return;
        }

        Dispose();
        throw new ModelGenException(excess);
    }

    /// <summary>The observers that watch the run.</summary>
    public IList<TrainingObserver> Observers { get; } = [];

    /// <summary>
    /// Where checkpoints are saved, as <c>step-000500.safetensors</c> and so on: at the beginning, every
    /// <see cref="CheckpointOptions.Every"/>, and at the end, including that of a cancelled run; the newest
    /// <see cref="CheckpointOptions.Keep"/> are kept. Null saves none. The first one is read back and compared before any step, so that
    /// what is saved later can be resumed.
    /// </summary>
    public string? CheckpointFolder { get; init; }

    /// <summary>Steps between reports, at least 1. Only reports read the loss back from the device.</summary>
    public int ReportEvery
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    } = 10;

    /// <summary>What else determines the run, by name: options records, or words where there is none.</summary>
    internal IReadOnlyDictionary<string, object> Settings { get; init; } = new Dictionary<string, object>();

    /// <summary>The estimated memory of the training.</summary>
    public MemoryPlan Memory { get; }

    /// <summary>The steps made so far, including those before a resume.</summary>
    public long Step => _state.Step;

    /// <summary>The steps of the whole run.</summary>
    public long TotalSteps => _run.TotalSteps;

    /// <summary>The number of threads that compute parts of a batch in parallel.</summary>
    internal int ThreadCount => _stepper.ThreadCount;

    /// <summary>The number of steps in one pass over the training data, not rounded.</summary>
    internal double StepsPerEpoch => _plan.StepsPerEpoch;

    private bool IsOver => _state.Guards.IsOver || _objective.IsOver;

    private RunCheckpoints Checkpoints =>
        field ??= new RunCheckpoints(CheckpointFolder, _objective, _options, _seed, Identity(), (_checkpointEvery, _validateEvery), _state);

    /// <summary>Resumes a run from a checkpoint; it continues exactly as it would have without the stop.</summary>
    /// <param name="checkpoint">A checkpoint that this trainer's model, data, seed and options would have produced.</param>
    /// <exception cref="ModelGenException">They would not; the message lists every difference.</exception>
    /// <remarks>
    /// The run may be made longer or shorter if the steps already made are the same in both: with a constant learning rate, or while it
    /// still warms up. How often the model is validated and saved may change, unless early stopping or a rollback depends on it. A
    /// different version, device or number of threads is reported to the observers, since rounding may differ.
    /// </remarks>
    public void Resume(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        _notices = new ResumeCheck(
            checkpoint,
            _objective,
            _seed,
            Identity(),
            [.. _plan.Phases.Select(static phase => phase.Optimizer.LearningRate)],
            _options.Schedule,
            _run
        ).Notices();
        checkpoint.Restore(_state.All);
        _state.Step = checkpoint.Step;
        Checkpoints.GoOnFrom(checkpoint);
        _isResumed = true;
    }

    /// <summary>
    /// Trains to the end, or until cancelled. A finished run leaves in the model the best weights if
    /// <see cref="TrainingOptions.EarlyStopping"/> keeps them, and their average if weights are averaged.
    /// </summary>
    /// <param name="cancellationToken">
    /// Cancelling finishes the current step, saves a checkpoint and returns; nothing is thrown. A run cancelled during its last validation
    /// is validated when it is resumed.
    /// </param>
    /// <returns>How the run ended.</returns>
    /// <exception cref="DivergenceException">The loss, a gradient, a weight or a buffer is NaN or infinite, or the loss spikes too
    /// often.</exception>
    /// <exception cref="ModelGenException">A checkpoint cannot be saved, or the device has too little memory.</exception>
    public TrainingResult Run(CancellationToken cancellationToken = default)
    {
        _recorder.Begin();
        try
        {
            var result = Loop(cancellationToken);
            Notify(observer => observer.OnEnd(result));
            return result;
        }
        catch (Exception exception)
        {
            var result = _recorder.Result(TrainingOutcome.Failed);
            Notify(observer => observer.OnEnd(result));
            if (
                OutOfMemory.Explain(
                    exception,
                    "make the batch smaller, compute it in more parts with 'accumulate', mark parts of the network with "
                        + "'recompute', or use another device"
                ) is
                { } explained
            )
            {
                throw explained;
            }

            throw;
        }
    }

    /// <summary>Frees the optimizer's state. The model and the data belong to the caller.</summary>
    public void Dispose()
    {
        _stepper.Dispose();
        _state.Dispose();
    }

    private TrainingResult Loop(CancellationToken cancellationToken)
    {
        if (!_isResumed && _objective.Model is IPublishedModel { Weights: { File: { } file, IsLoaded: false } })
        {
            var name = _objective.Model.GetName();
            throw new ModelGenException(
                $"The spec of {name} says that training starts from the weights in '{file}', which have not been loaded; call "
                    + $"{name}.{nameof(IPublishedModel.Weights)}.{nameof(ModelWeights.Load)}() before, or leave 'file' out of the spec."
            );
        }

        Checkpoints.Check(_isResumed, TotalSteps);
        Notify(Start(), static (observer, start) => observer.OnStart(start));
        if (_state.SavedStep is null && Checkpoints.IsDue)
        {
            Save();
            Checkpoints.CheckSaved();
        }

        _objective.Model.train(_objective.HasDropout);
        if (Step == 0 && _validateEvery is not null)
        {
            EstimateValidation();
        }

        while (Step < TotalSteps && !IsOver && !cancellationToken.IsCancellationRequested && !(_recorder.Elapsed >= _options.MaxTime))
        {
            if (!MakeStep())
            {
                RollBack();
                continue;
            }

            foreach (var notice in _objective.TakeNotices())
            {
                Notify(observer => observer.OnNotice(notice));
            }

            if (Step % ReportEvery == 0)
            {
                Report();
            }

            var isLast = Step == TotalSteps;
            if (Step % _validateEvery == 0 && (!isLast || _state.Guards.Stopping is not null))
            {
                EstimateValidation();
            }

            if (isLast)
            {
                break;
            }

            if (Step % _checkpointEvery == 0)
            {
                Save();
            }
        }

        Report();
        Save();
        return Step < TotalSteps && !IsOver ? _recorder.Result(TrainingOutcome.Cancelled) : Finish(cancellationToken);
    }

    /// <summary>Makes one step; false if its loss spikes and the run must go back: then no weight has changed.</summary>
    internal bool MakeStep() => _recorder.Time(() => _stepper.Make(isWatched: Observers.Count > 0 && (Step + 1) % ReportEvery == 0));

    private TrainingResult Finish(CancellationToken cancellationToken)
    {
        if (_state.Guards.Stopping is { } stopping)
        {
            // The last step's weights may be the best, too; a longer run would not have validated them here.
            if (!stopping.IsOver && _measuredStep != Step)
            {
                EstimateValidation();
            }

            if (stopping.BestStep is null)
            {
                throw _state.Diverged(
                    $"The metric '{_options.EarlyStopping!.Metric}', which early stopping watches, was NaN or infinite in every validation",
                    Step
                );
            }

            _recorder.BestStep = Checkpoints.LoadBest();
        }

        _state.Average?.Apply();
        try
        {
            // The average is in the model by now: observers see it without the exchange of all weights that Notify makes.
            var progress = new ValidationProgress(Observers);
            Validated(_objective.Validate(_options.BatchSize, progress, cancellationToken), isFull: true);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The last step is saved: a run that goes on from there measures the model.
            return _recorder.Result(TrainingOutcome.Cancelled);
        }

        return _recorder.Result(TrainingOutcome.Finished);
    }

    private void Report() => Notify(_recorder.Report(), static (observer, report) => observer.OnStep(report));

    private void EstimateValidation()
    {
        IReadOnlyList<MetricValue> metrics;
        using (_state.Averaged())
        {
            metrics = _objective.EstimateValidation(_options.BatchSize, _options.Validation.Batches, _seed);
        }

        Validated(metrics, isFull: false);
        _measuredStep = Step;
        if (_state.Guards.Stopping?.IsBest(metrics, Step) == true)
        {
            Checkpoints.SaveBest();
        }
    }

    private void Validated(IReadOnlyList<MetricValue> metrics, bool isFull) =>
        Notify(_recorder.Validated(metrics, isFull), static (observer, report) => observer.OnValidation(report));

    private void Save()
    {
        if (!Checkpoints.IsDue)
        {
            return;
        }

        // Read the loss first: a run that has diverged must not replace a good checkpoint.
        Report();
        Notify(Checkpoints.Save(), static (observer, report) => observer.OnCheckpoint(report));
    }

    // Goes back to the last checkpoint, and skips the batches from there to the one whose loss spiked.
    private void RollBack()
    {
        var guards = _state.Guards;
        var (from, loss, expected) = (Step, _state.Phases[0].UpdateLoss, guards.Spikes!.Mean);
        var (skipped, rollbacks, best) = (guards.Skipped, guards.Rollbacks + 1, guards.Stopping?.Best);
        if (rollbacks > _options.Rollback!.Limit)
        {
            var times = rollbacks == 2 ? "once" : $"{rollbacks - 1} times";
            throw double.IsFinite(loss)
                ? _state.Diverged(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"The loss of step {from + 1} is {loss:G4}, up from a mean of {expected:G4}, though the run has gone back {times}"
                    ),
                    from + 1
                )
                : _stepper.Diverged($"The loss is NaN or infinite at step {from + 1}, though the run has gone back {times}");
        }

        Checkpoints.GoBack();
        (guards.Skipped, guards.Rollbacks) = (skipped + from + 1 - Step, rollbacks);
        if (guards.Stopping is { } stopping)
        {
            stopping.Best = best!.Value;
        }

        _recorder.Rewind();
        Notify(observer => observer.OnRollback(new RollbackReport(from + 1, Step, loss, expected)));
    }

    private void CheckPlan()
    {
        if (_options.Rollback is not null && _plan.Phases.Count > 1)
        {
            throw new ArgumentException(
                $"{_objective.Model.GetName()} is trained by {_plan.Phases.Count} optimizers against each other, whose losses "
                    + "oscillate by design; it cannot be rolled back.",
                "options"
            );
        }

        if (_options.Accumulate > 1 && _objective.BatchSplit == BatchSplit.Whole)
        {
            throw new ModelGenException(
                $"{_objective.Model.GetName()} cannot be trained with 'accumulate: {_options.Accumulate}': something in it, such "
                    + "as batch normalisation, depends on the whole batch or changes each time it runs, so parts of the batch would "
                    + "give other gradients; leave out 'accumulate'."
            );
        }

        foreach (var phase in _plan.Phases)
        {
            if (phase.Parameters.Count == 0)
            {
                throw new ModelGenException(
                    $"The {(phase.Name.Length > 0 ? phase.Name : "model")} has no parameter to train; it needs a layer with "
                        + "weights that are not frozen, such as 'linear'."
                );
            }

            phase.Optimizer.Check();
            _options.Schedule.Check(phase.Optimizer.LearningRate);
        }
    }

    private TrainingStart Start()
    {
        var identity = Identity();
        var convolutions =
            ConvolutionKernels.Of(_objective.Model, _state.Device) is not null && ConvolutionKernels.Notice is { } notice
                ? new[] { notice }
                : [];
        return new TrainingStart(Step, TotalSteps)
        {
            IsResumed = _isResumed,
            Notices = [.. _notices, .. convolutions],
            Run = new Dictionary<string, string>(identity.Settings)
            {
                ["model"] = _objective.Model.GetName(),
                ["architecture"] = _objective.Fingerprint,
                ["data"] = _objective.DataFingerprint,
                ["seed"] = _seed.ToString(CultureInfo.InvariantCulture),
            },
            Environment = identity.Environment,
        };
    }

    private RunIdentity Identity() => new(_objective, _options, _plan, TotalSteps, _state.Device, Settings);

    private void Notify<T>(T? report, Action<TrainingObserver, T> tell)
        where T : class
    {
        if (report is not null)
        {
            Notify(observer => tell(observer, report));
        }
    }

    private void Notify(Action<TrainingObserver> tell)
    {
        using var averaged = _state.Averaged();
        foreach (var observer in Observers)
        {
            tell(observer);
        }
    }

    private long? Interval(Duration? duration) => duration is { } value ? Math.Max(1, _plan.ToSteps(value)) : null;

    private sealed class ValidationProgress(IList<TrainingObserver> observers) : IProgress<double>
    {
        public void Report(double value)
        {
            foreach (var observer in observers)
            {
                observer.OnValidating(value);
            }
        }
    }
}
