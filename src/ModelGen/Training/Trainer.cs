using System.Diagnostics;
using System.Globalization;
using ModelGen.Checkpoints;
using ModelGen.Data;
using ModelGen.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Training;

/// <summary>
/// The training loop, one for every family of models: the objective says what a step minimises, observers watch, checkpoints let a run
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
    private const long CollectAfterBytes = 4 << 20;

    private readonly Objective _objective;
    private readonly TrainingOptions _options;
    private readonly ulong _seed;
    private readonly Player[] _players;
    private readonly WeightAverage? _average;
    private readonly BatchGradients _gradients;
    private readonly ScalarSum _gradientNorm;
    private readonly ScalarSum _updateRatio;
    private readonly Device _device;
    private readonly bool _cuda;
    private readonly RunLength _run;
    private readonly long? _validateEvery;
    private readonly long? _checkpointEvery;
    private readonly Stopwatch _elapsed = new();
    private readonly Stopwatch _training = new();
    private long _allocatedBytes;
    private long _firstStep;
    private long _reportedStep;
    private TimeSpan _reportedTraining;
    private IReadOnlyList<string> _notices = [];
    private bool _isResumed;
    private long? _savedStep;
    private double? _trainLoss;
    private double? _validationLoss;
    private bool _isWatched;

    /// <summary>Prepares a run from its first step.</summary>
    /// <param name="objective">What to minimise; it brings the model and the data.</param>
    /// <param name="options">How; <c>DocsGpt.Training with { Duration = Duration.Steps(100) }</c> changes a value for one run.</param>
    /// <param name="seed">
    /// The seed of the data order and of everything random inside the model. The model's initial weights are drawn earlier, at its
    /// construction, from torch's own generator: call <c>Libtorch.Load()</c> and <c>torch.manual_seed</c> before it.
    /// </param>
    /// <exception cref="ArgumentException">An option is out of its range, or not one of this objective.</exception>
    /// <exception cref="ModelGenException">The duration comes to no step at all, or there is nothing to train.</exception>
    public Trainer(Objective objective, TrainingOptions options, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _objective = objective;
        _options = options;
        _seed = seed;

        // First, because how much a step trains on may depend on the phases.
        var phases = objective.Phases(options);
        foreach (var phase in phases)
        {
            if (phase.Parameters.Count == 0)
                throw new ModelGenException($"The {(phase.Name.Length > 0 ? phase.Name : "model")} has no parameter to train; it needs a layer with weights that are not frozen, such as 'linear'.");
            phase.Optimizer.Check();
            options.Schedule.Check(phase.Optimizer.LearningRate);
        }

        TotalSteps = ToSteps(options.Duration);
        if (TotalSteps < 1)
            throw new ModelGenException($"A training of {options.Duration} makes no step; give it a longer duration.");
        _run = new RunLength(TotalSteps, objective.StepsPerEpoch(options.BatchSize), objective.Unit, objective.UnitsPerStep(options.BatchSize));
        options.Schedule.LearningRate(phases[0].Optimizer.LearningRate, step: 0, _run); // a length that the data cannot be counted in fails now
        _validateEvery = Interval(options.Validation.Every);
        _checkpointEvery = Interval(options.Checkpoint?.Every);

        _players = [.. phases.Select(phase => new Player(phase, options.LossScaling))];
        _average = options.Average is { } decay ? new WeightAverage(objective.Model, decay, warmUp: true) : null;
        _device = _players[0].Parameters[0].device;
        if (options.Accumulate > 1 && objective.BatchSplit == BatchSplit.Whole)
            throw new ModelGenException($"{objective.Model.GetName()} cannot be trained with 'accumulate: {options.Accumulate}': something in it, such as batch normalisation, looks at the whole batch or changes each time it runs, and parts of the batch would give other gradients; leave 'accumulate' out.");
        _gradients = new BatchGradients(objective, options, _players.SelectMany(static player => player.Parameters).Sum(static parameter => parameter.numel()), _device);
        (_gradientNorm, _updateRatio) = (new ScalarSum(_device), new ScalarSum(_device));
        _cuda = _device.type == DeviceType.CUDA;
    }

    /// <summary>Who watches the run.</summary>
    public IList<TrainingObserver> Observers { get; } = [];

    /// <summary>
    /// Where checkpoints are saved, as <c>step-000500.safetensors</c> and so on: at the beginning, every <see cref="CheckpointOptions.Every"/>,
    /// and at the end, cancelled runs included; the newest <see cref="CheckpointOptions.Keep"/> stay. Null saves none. The first one is read
    /// back and compared before any step, so that what is saved later can be resumed.
    /// </summary>
    public string? CheckpointFolder { get; init; }

    /// <summary>Steps from one report to the next, at least 1. Only reports read the loss back from the device.</summary>
    public int ReportEvery
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    } = 10;

    /// <summary>The steps made so far, those before a resume included.</summary>
    public long Step { get; private set; }

    /// <summary>The steps of the whole run.</summary>
    public long TotalSteps { get; }

    /// <summary>Takes a run up where a checkpoint left it; what follows is exactly what the run would have done without the stop.</summary>
    /// <param name="checkpoint">A checkpoint that this trainer's model, data, seed and options would have led to.</param>
    /// <exception cref="ModelGenException">They would not; the message lists every difference.</exception>
    /// <remarks>
    /// The run may be made longer or shorter where the steps already made are the same in both: with a constant learning rate, or while it
    /// still warms up. How often the model is measured and saved may change. Another version, device or number of threads is told to the
    /// observers, since rounding may differ.
    /// </remarks>
    public void Resume(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        _notices = new ResumeCheck(checkpoint, _objective, _seed, Identity(), _players.Select(static player => player.Phase.Optimizer.LearningRate).ToArray(), _options.Schedule, _run).Notices();
        checkpoint.LoadInto(_objective.Model, _objective.Fingerprint);
        checkpoint.LoadInto(Optimizers());
        checkpoint.LoadScaling(ScalingState());
        foreach (var player in _players)
            player.Optimizer.StepCount = (checkpoint.Step * player.Phase.Times) - (player.Scaling?.SkippedSteps ?? 0);
        checkpoint.LoadInto(_average);
        if (_average is not null)
            _average.UpdateCount = checkpoint.Step;
        Step = checkpoint.Step;
        _isResumed = true;
        if (CheckpointFolder is not null && Path.GetFullPath(StepFiles.PathOf(CheckpointFolder, Step)) == Path.GetFullPath(checkpoint.Path))
            _savedStep = Step;
    }

    /// <summary>Trains to the end, or until cancelled. Where weights are averaged, a finished run leaves the average in the model.</summary>
    /// <param name="cancellationToken">Finishes the step under way, saves a checkpoint and returns; nothing is thrown.</param>
    /// <returns>How the run ended.</returns>
    /// <exception cref="ModelGenException">The loss is no longer a number, or a checkpoint cannot be saved.</exception>
    public TrainingResult Run(CancellationToken cancellationToken = default)
    {
        _firstStep = _reportedStep = Step;
        _elapsed.Restart();
        _training.Reset();
        _reportedTraining = TimeSpan.Zero;
        try
        {
            var result = Loop(cancellationToken);
            Notify(observer => observer.OnEnd(result));
            return result;
        }
        catch
        {
            var result = Result(TrainingOutcome.Failed);
            Notify(observer => observer.OnEnd(result));
            throw;
        }
    }

    /// <summary>Frees the optimizer's state. The model and the data belong to the caller.</summary>
    public void Dispose()
    {
        _gradients.Dispose();
        foreach (var player in _players)
            player.Dispose();
        _average?.Dispose();
        _gradientNorm.Dispose();
        _updateRatio.Dispose();
    }

    private TrainingResult Loop(CancellationToken cancellationToken)
    {
        CheckFolder();
        var identity = Identity();
        var start = new TrainingStart(Step, TotalSteps) { IsResumed = _isResumed, Notices = _notices, Run = RunDescription(identity), Environment = identity.Environment };
        Notify(observer => observer.OnStart(start));
        SaveFirst();
        _objective.Model.train();
        if (Step == 0 && _validateEvery is not null)
            EstimateValidation();
        while (Step < TotalSteps && !cancellationToken.IsCancellationRequested)
        {
            MakeStep();
            if (Step % ReportEvery == 0)
                Report();
            if (Step == TotalSteps)
                break;
            if (Step % _validateEvery == 0)
                EstimateValidation();
            if (Step % _checkpointEvery == 0)
                Save();
        }

        Report();
        Save();
        if (Step < TotalSteps)
            return Result(TrainingOutcome.Cancelled);

        _average?.Apply();
        Validated(_objective.Validate(_options.BatchSize), isFull: true);
        return Result(TrainingOutcome.Finished);
    }

    internal void MakeStep()
    {
        _training.Start();
        using (NewDisposeScope())
        {
            // Seeded anew at every step, so that dropout needs no saved state to resume exactly.
            SeedTorch();
            for (var phase = 0; phase < _players.Length; phase++)
            {
                TakeTurn(phase);
                for (var repetition = 0; repetition < _players[phase].Phase.Times; repetition++)
                    MakeMove(phase, repetition);
            }

            EndTurns();
        }

        _average?.Update();
        CollectGarbage();
        Step++;
        _training.Stop();
    }

    /// <summary>Lets gradients reach the parameters of one phase alone.</summary>
    private void TakeTurn(int phase)
    {
        if (_players.Length == 1)
            return;
        for (var i = 0; i < _players.Length; i++)
        {
            foreach (var parameter in _players[i].Parameters)
                parameter.requires_grad = i == phase;
        }
    }

    /// <summary>Lets gradients reach every parameter again, as outside of a step.</summary>
    private void EndTurns()
    {
        if (_players.Length == 1)
            return;
        foreach (var parameter in _players.SelectMany(static player => player.Parameters))
            parameter.requires_grad = true;
    }

    private void MakeMove(int phase, int repetition)
    {
        var player = _players[phase];
        player.BeginMove();
        _gradients.Compute(new TrainingStep(phase, repetition, _options.BatchSize, _seed, Step), player);
        CheckMove(player);

        // The last move before a report is looked at more closely.
        var isWatched = (Step + 1) % ReportEvery == 0 && phase == _players.Length - 1 && repetition == player.Phase.Times - 1;
        if (player.Scaling?.Unscale(player.Parameters) ?? true)
            Update(player, isWatched);

        // Null rather than zero: backward then writes gradients instead of adding to them.
        foreach (var parameter in player.Parameters)
            parameter.grad = null;
    }

    private void Update(Player player, bool isWatched)
    {
        using var norm = _options.ClipNorm is { } maxNorm ? GradientNorm.Clip(player.Parameters, maxNorm) : isWatched ? GradientNorm.Of(player.Parameters) : null;
        using var change = isWatched ? new WeightChange(player.Parameters) : null;
        player.Optimizer.Step(LearningRate(player, Step));
        if (change is not null)
            Watch(norm!, change);
    }

    /// <summary>Ends a run whose loss is no number before it spoils the weights. Only the CPU's loss is at hand; another device's is read by the next report.</summary>
    private void CheckMove(Player player)
    {
        if (_device.type == DeviceType.CPU && !double.IsFinite(player.MoveLoss))
            throw Diverged($"The {(player.Phase.Name.Length > 0 ? player.Phase.Name + " " : "")}loss is no longer a number at step {Step + 1}");
    }

    /// <summary>Keeps what the next report tells of a move.</summary>
    private void Watch(Tensor norm, WeightChange change)
    {
        using var ratio = change.Ratio();
        _gradientNorm.Set(norm);
        _updateRatio.Set(ratio);
        _isWatched = true;
    }

    /// <summary>
    /// The collector goes by the size of managed objects and waits for a hundred megabytes of them; the native memory behind TorchSharp's
    /// small ones (scalars) would grow by more than that meanwhile. A few megabytes at a time take well under a millisecond.
    /// </summary>
    private void CollectGarbage()
    {
        var allocated = GC.GetTotalAllocatedBytes();
        if (allocated - _allocatedBytes < CollectAfterBytes)
            return;
        GC.Collect(0);
        _allocatedBytes = allocated;
    }

    private void SeedTorch()
    {
        var seed = unchecked((long)CounterRandom.Bits(_seed, CounterRandom.Stream.Torch, (ulong)Step));
        manual_seed(seed).Dispose();
        if (_cuda)
            cuda.manual_seed_all(seed);
    }

    private double LearningRate(Player player, long step) => _options.Schedule.LearningRate(player.Phase.Optimizer.LearningRate, step, _run);

    private void Report()
    {
        var steps = Step - _reportedStep;
        if (steps == 0)
            return;
        _training.Start();

        // Reading the sums waits for the device, so it belongs to the time of training.
        var measures = _players.Reverse().SelectMany(player => player.TakeMeans(steps)).ToList();
        _training.Stop();
        if (measures.FirstOrDefault(static measure => !double.IsFinite(measure.Value)) is { Name: { } diverged })
            throw Diverged($"The {diverged.Replace('_', ' ')} is no longer a number after step {_reportedStep} and by step {Step}");

        var units = steps * _objective.UnitsPerStep(_options.BatchSize);
        var seconds = (_training.Elapsed - _reportedTraining).TotalSeconds;
        var remaining = _elapsed.Elapsed / (Step - _firstStep) * (TotalSteps - Step);
        _reportedStep = Step;
        _reportedTraining = _training.Elapsed;
        var report = new StepReport(Step, TotalSteps, measures, LearningRate(_players[^1], Step - 1), units / seconds, _objective.Unit, remaining)
        {
            GradientNorm = _isWatched ? _gradientNorm.Read() : null,
            UpdateRatio = _isWatched ? _updateRatio.Read() : null,
            PeakMemory = PeakMemory(),
        };
        _isWatched = false;
        _trainLoss = report.TrainLoss;
        Notify(observer => observer.OnStep(report));
    }

    private void EstimateValidation()
    {
        IReadOnlyList<Measure> measures;
        using (_average?.Swap())
            measures = _objective.EstimateValidation(_options.BatchSize, _options.Validation.Batches, _seed);
        Validated(measures, isFull: false);
    }

    private void Validated(IReadOnlyList<Measure> measures, bool isFull)
    {
        if (measures.Count == 0)
            return;
        var report = new ValidationReport(Step, TotalSteps, measures, isFull);
        _validationLoss = report.ValidationLoss;
        Notify(observer => observer.OnValidation(report));
    }

    /// <summary>A new run would replace the checkpoints of an earlier one. Checked first, because observers replace what it has written.</summary>
    private void CheckFolder()
    {
        if (CheckpointFolder is not null && _savedStep is null && !_isResumed && StepFiles.NewestFirst(CheckpointFolder) is [var (step, _), ..])
            throw new ModelGenException($"The folder '{CheckpointFolder}' holds the checkpoints of an earlier run, up to step {step}; resume that run, move them away, or choose another folder.");
    }

    /// <summary>Saves before the first step and reads what was saved, so that a run cannot find out after hours that it cannot be resumed.</summary>
    private void SaveFirst()
    {
        if (CheckpointFolder is null || _savedStep is not null)
            return;
        Save();
        using var checkpoint = Checkpoint.Open(StepFiles.PathOf(CheckpointFolder, Step));
        checkpoint.CheckGivesBack(RunState.Of(_objective.Model, Optimizers(), _average, ScalingState()));
    }

    private void Save()
    {
        if (CheckpointFolder is null || Step == _savedStep)
            return;

        // Read the loss first: a run that has diverged must not replace a good checkpoint.
        Report();
        foreach (var (name, parameter) in _players.SelectMany(static player => player.Phase.Parameters))
        {
            using var scope = NewDisposeScope();
            if (!parameter.isfinite().all().cpu().item<bool>())
                throw Diverged($"The parameter '{name}' is no longer a number at step {Step}");
        }

        var path = StepFiles.PathOf(CheckpointFolder, Step);
        Checkpoint.Save(path, _objective, Optimizers(), _average, ScalingState(), Step, _seed, Identity());
        _savedStep = Step;
        StepFiles.Prune(CheckpointFolder, Step, _options.Checkpoint?.Keep ?? CheckpointOptions.KeptByDefault);
        Notify(observer => observer.OnCheckpoint(new CheckpointReport(Step, path)));
    }

    private Optimizer[] Optimizers() => [.. _players.Select(static player => player.Optimizer)];

    private Dictionary<string, Tensor> ScalingState() => _players.Where(static player => player.Scaling is not null)
        .SelectMany(static player => player.Scaling!.State.Select(entry => (Name: player.Phase.Name.Length > 0 ? $"{player.Phase.Name}.{entry.Key}" : entry.Key, entry.Value)))
        .ToDictionary(static entry => entry.Name, static entry => entry.Value);

    private RunIdentity Identity() => new(_objective, _options, TotalSteps, _device);

    /// <summary>All that makes this run the one that it is, for those who write it down.</summary>
    private Dictionary<string, string> RunDescription(RunIdentity identity) => new(identity.Settings)
    {
        ["model"] = _objective.Model.GetName(),
        ["architecture"] = _objective.Fingerprint,
        ["data"] = _objective.DataFingerprint,
        ["seed"] = _seed.ToString(CultureInfo.InvariantCulture),
    };

    private ModelGenException Diverged(string what)
    {
        var kept = _savedStep is { } step ? $" (the checkpoint of step {step} is kept)" : "";
        return new ModelGenException($"{what}; lower the learning rate of {_options.Optimizer.LearningRate}, warm up longer or clip the gradients{kept}.");
    }

    private TrainingResult Result(TrainingOutcome outcome)
    {
        var units = (Step - _firstStep) * _objective.UnitsPerStep(_options.BatchSize);
        var speed = Step > _firstStep ? units / _training.Elapsed.TotalSeconds : 0;
        return new TrainingResult(outcome, Step, TotalSteps, _trainLoss, _validationLoss, _elapsed.Elapsed, speed, _objective.Unit, PeakMemory());
    }

    private static long PeakMemory()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    private void Notify(Action<TrainingObserver> tell)
    {
        using var averaged = _average?.Swap();
        foreach (var observer in Observers)
            tell(observer);
    }

    private long ToSteps(Duration duration) => duration.ToSteps(_objective, _options.BatchSize);

    private long? Interval(Duration? duration) => duration is { } value ? Math.Max(1, ToSteps(value)) : null;
}
