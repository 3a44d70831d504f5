using System.Diagnostics;
using System.Globalization;
using ModelGen.Checkpoints;
using ModelGen.Data;
using ModelGen.Models;
using ModelGen.Native;
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
    // Well below what makes the collector run by itself, which it then does not in the middle of a step: see TensorArithmetic.
    private const long CollectAfterBytes = 1 << 20;

    private readonly Objective _objective;
    private readonly TrainingOptions _options;
    private readonly ulong _seed;
    private readonly Player[] _players;
    private readonly WeightAverage? _average;
    private readonly BatchGradients _gradients;
    private readonly FiniteGradients _finite;
    private readonly ScalarSum _gradientNorm;
    private readonly ScalarSum _updateRatio;
    private readonly Device _device;
    private readonly bool _cuda;
    private readonly RunLength _run;
    private readonly RunProgress _progress;
    private readonly long? _validateEvery;
    private readonly long? _checkpointEvery;
    private readonly Stopwatch _elapsed = new();
    private readonly Stopwatch _training = new();
    private long _allocatedBytes;
    private long _stepsMade;
    private long _reportedStep;
    private TimeSpan _reportedTraining;
    private IReadOnlyList<string> _notices = [];
    private bool _isResumed;
    private long? _savedStep;
    private double? _trainLoss;
    private double? _validationLoss;
    private bool _isWatched;
    private long? _measuredStep;
    private long? _bestStep;

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
        if (options.Rollback is not null && phases.Count > 1)
            throw new ArgumentException($"{objective.Model.GetName()} is trained by {phases.Count} players, whose losses leap as they play; it cannot be rolled back.", nameof(options));
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

        if (options.Accumulate > 1 && objective.BatchSplit == BatchSplit.Whole)
            throw new ModelGenException($"{objective.Model.GetName()} cannot be trained with 'accumulate: {options.Accumulate}': something in it, such as batch normalisation, looks at the whole batch or changes each time it runs, and parts of the batch would give other gradients; leave 'accumulate' out.");

        _players = [.. phases.Select(phase => new Player(phase, options.LossScaling))];
        _average = options.Average is { } decay ? new WeightAverage(objective.Model, decay, warmUp: true) : null;
        _device = _players[0].Parameters[0].device;
        _progress = new RunProgress(options);
        _gradients = new BatchGradients(objective, options, _players.SelectMany(static player => player.Parameters).Sum(static parameter => parameter.numel()), _device);
        _finite = new FiniteGradients(_device);
        if (!_finite.IsAtHand)
        {
            foreach (var player in _players)
                player.Optimizer.Hold = _finite.Found;
        }

        (_gradientNorm, _updateRatio) = (new ScalarSum(_device), new ScalarSum(_device));
        Memory = Plan();
        _cuda = _device.type == DeviceType.CUDA;
        if (Memory.Excess(options.Budget) is not { } excess)
            return;
        Dispose();
        throw new ModelGenException(excess);
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

    /// <summary>What the training is going to hold in memory.</summary>
    public MemoryPlan Memory { get; }

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
        Restore(checkpoint);
        _isResumed = true;
        if (CheckpointFolder is not null && Path.GetFullPath(StepFiles.PathOf(CheckpointFolder, Step)) == Path.GetFullPath(checkpoint.Path))
            _savedStep = Step;
    }

    /// <summary>
    /// Trains to the end, or until cancelled. A finished run leaves in the model the weights that were measured best, where <see cref="TrainingOptions.EarlyStopping"/> keeps
    /// them, and their average where weights are averaged.
    /// </summary>
    /// <param name="cancellationToken">Finishes the step under way, saves a checkpoint and returns; nothing is thrown.</param>
    /// <returns>How the run ended.</returns>
    /// <exception cref="DivergenceException">The loss, a gradient, a weight or a buffer is NaN or infinite, or the loss leaps too often.</exception>
    /// <exception cref="ModelGenException">A checkpoint cannot be saved.</exception>
    public TrainingResult Run(CancellationToken cancellationToken = default)
    {
        _stepsMade = 0;
        _reportedStep = Step;
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
        _finite.Dispose();
        _gradientNorm.Dispose();
        _updateRatio.Dispose();
    }

    private TrainingResult Loop(CancellationToken cancellationToken)
    {
        CheckFolder();
        var identity = Identity();
        var start = new TrainingStart(Step, TotalSteps) { IsResumed = _isResumed, Notices = [.. _notices, .. ConvolutionNotice()], Run = RunDescription(identity), Environment = identity.Environment };
        Notify(observer => observer.OnStart(start));
        SaveFirst();
        _objective.Model.train();
        if (Step == 0 && _validateEvery is not null)
            EstimateValidation();
        while (Step < TotalSteps && !_progress.IsOver && !cancellationToken.IsCancellationRequested && !(_elapsed.Elapsed >= _options.MaxTime))
        {
            if (!MakeStep())
            {
                RollBack();
                continue;
            }

            if (Step % ReportEvery == 0)
                Report();
            var isLast = Step == TotalSteps;
            if (Step % _validateEvery == 0 && (!isLast || _progress.Stopping is not null))
                EstimateValidation();
            if (isLast)
                break;
            if (Step % _checkpointEvery == 0)
                Save();
        }

        Report();
        Save();
        if (Step < TotalSteps && !_progress.IsOver)
            return Result(TrainingOutcome.Cancelled);

        // The last step's weights may be the best, too; a run that goes on from here would not have measured them.
        if (_progress.Stopping is { IsOver: false } && _measuredStep != Step)
            EstimateValidation();
        LoadBest();
        _average?.Apply();
        Validated(_objective.Validate(_options.BatchSize), isFull: true);
        return Result(TrainingOutcome.Finished);
    }

    /// <summary>Makes one step; false, and no weight has changed, where its loss leaps up and the run is to go back.</summary>
    internal bool MakeStep()
    {
        _training.Start();
        var isMade = true;
        using (_gradients.LimitThreads())
        using (NewDisposeScope())
        {
            // Seeded anew at every step, so that dropout needs no saved state to resume exactly.
            SeedTorch();
            try
            {
                for (var phase = 0; phase < _players.Length; phase++)
                {
                    TakeTurn(phase);
                    for (var repetition = 0; repetition < _players[phase].Phase.Times; repetition++)
                        isMade &= MakeMove(phase, repetition);
                }
            }
            finally
            {
                EndTurns();
            }
        }

        if (isMade)
        {
            _average?.Update();
            CollectGarbage();
            Step++;
            _stepsMade++;
        }

        _training.Stop();
        return isMade;
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

    /// <summary>Makes one move; false, and it is not made, where its loss leaps up.</summary>
    private bool MakeMove(int phase, int repetition)
    {
        var player = _players[phase];
        player.BeginMove();
        var step = new TrainingStep(phase, repetition, _options.BatchSize, _seed, Step) { Skipped = _progress.Skipped };
        _gradients.Compute(step, player);
        if (_progress.Spikes?.IsSpike(player.MoveLoss) == true)
        {
            ForgetGradients(player);
            return false;
        }

        if (_device.type == DeviceType.CPU && !double.IsFinite(player.MoveLoss))
            throw Diverged($"The {Kind(player)}loss is NaN or infinite at step {Step + 1}", step);

        // The last move before a report is looked at more closely, where somebody is there to look.
        var isWatched = Observers.Count > 0 && (Step + 1) % ReportEvery == 0 && phase == _players.Length - 1 && repetition == player.Phase.Times - 1;
        if (player.Scaling is null && !_finite.Check(player.Parameters))
            throw Diverged($"The {Kind(player)}gradients are NaN or infinite at step {Step + 1}", step);
        if (player.Scaling?.Unscale(player.Parameters) ?? true)
            Update(player, isWatched);
        else if (player.Scaling!.IsExhausted)
            throw Diverged($"The {Kind(player)}gradients are NaN or infinite, however small the loss is scaled, at step {Step + 1}", step);

        ForgetGradients(player);
        return true;
    }

    /// <summary>Null rather than zero: backward then writes gradients instead of adding to them.</summary>
    private static void ForgetGradients(Player player)
    {
        foreach (var parameter in player.Parameters)
            parameter.grad = null;
    }

    private void Update(Player player, bool isWatched)
    {
        using var norm = _options.ClipNorm is { } maxNorm ? GradientNorm.Clip(player.Parameters, maxNorm) : isWatched ? GradientNorm.Of(player.Parameters) : null;

        // The gradients are finite, the sum of their squares need not be, and what is clipped to it would be zeros. Only the CPU's figure is at hand.
        if (_device.type == DeviceType.CPU && _options.ClipNorm is not null && !double.IsFinite(norm!.Read()))
            throw Diverged($"The {Kind(player)}gradients are too large for their norm at step {Step + 1}", Remedy, Step + 1);
        using var change = isWatched ? new WeightChange(player.Parameters) : null;
        player.Optimizer.Step(LearningRate(player, Step));
        if (change is not null)
            Watch(norm!, change);
    }

    private static string Kind(Player player) => player.Phase.Name.Length > 0 ? player.Phase.Name + " " : "";

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
    /// small ones (scalars) would grow by more than that meanwhile. A megabyte at a time takes well under a millisecond.
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
        if (_objective.BatchSplit == BatchSplit.AtOnce)
            return; // it draws nothing from there
        var seed = unchecked((long)CounterRandom.Bits(_seed, CounterRandom.Stream.Torch, (ulong)(Step + _progress.Skipped)));
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
            throw Diverged($"The {diverged.Replace('_', ' ')} is NaN or infinite after step {_reportedStep} and by step {Step}", Remedy, Step);
        if (!_finite.IsAtHand && _finite.Read())
            throw Diverged($"The gradients are NaN or infinite after step {_reportedStep} and by step {Step}, and the weights were left as they were before", Remedy, Step);
        CheckBuffers();

        var units = steps * _objective.UnitsPerStep(_options.BatchSize);
        var seconds = (_training.Elapsed - _reportedTraining).TotalSeconds;
        var remaining = _elapsed.Elapsed / _stepsMade * (TotalSteps - Step);
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

    /// <summary>What layers keep beside their weights, such as the running figures of batch-norm, no gradient tells of.</summary>
    private void CheckBuffers()
    {
        foreach (var (name, buffer) in _objective.Model.named_buffers())
        {
            using var scope = NewDisposeScope();
            if (!buffer.isfinite().all().cpu().item<bool>())
                throw Diverged($"The buffer '{name}' is NaN or infinite at step {Step}", _options.BatchSize == 1 && name.EndsWith(".running_var", StringComparison.Ordinal) ? "figures over a batch need more than one sample, so make the batch larger" : Remedy, Step);
        }
    }

    private void EstimateValidation()
    {
        IReadOnlyList<Measure> measures;
        using (_average?.Swap())
            measures = _objective.EstimateValidation(_options.BatchSize, _options.Validation.Batches, _seed);
        Validated(measures, isFull: false);
        _measuredStep = Step;
        if (_progress.Stopping?.IsBest(measures) == true)
            SaveTo(BestPath);
    }

    private void Validated(IReadOnlyList<Measure> measures, bool isFull)
    {
        if (measures.Count == 0)
            return;
        var report = new ValidationReport(Step, TotalSteps, measures, isFull);
        _validationLoss = report.ValidationLoss;
        Notify(observer => observer.OnValidation(report));
    }

    private string BestPath => Path.Combine(CheckpointFolder!, "best.safetensors");

    /// <summary>A new run would replace the checkpoints of an earlier one. Checked first, because observers replace what it has written.</summary>
    private void CheckFolder()
    {
        if (CheckpointFolder is null && (_options.EarlyStopping is not null || _options.Rollback is not null))
            throw new ModelGenException($"{(_options.EarlyStopping is not null ? "Early stopping keeps the best weights in" : "A rollback goes back to")} a checkpoint; give the trainer a {nameof(CheckpointFolder)}.");
        if (_isResumed && _progress.Stopping is { HasBest: true } && !File.Exists(BestPath))
            throw new ModelGenException($"The file '{BestPath}' is missing, in which early stopping has kept the best weights of this run; put it back, or start a new run.");
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
                throw Diverged($"The parameter '{name}' is NaN or infinite at step {Step}", Remedy, Step);
        }

        var path = StepFiles.PathOf(CheckpointFolder, Step);
        SaveTo(path);
        _savedStep = Step;
        StepFiles.Prune(CheckpointFolder, Step, _options.Checkpoint?.Keep ?? CheckpointOptions.KeptByDefault, IsGoneBackTo);
        Notify(observer => observer.OnCheckpoint(new CheckpointReport(Step, path)));
    }

    private void SaveTo(string path) => Checkpoint.Save(path, _objective, Optimizers(), _average, ScalingState(), Step, _seed, Identity(), _progress);

    private void Restore(Checkpoint checkpoint)
    {
        LoadWeights(checkpoint);
        checkpoint.LoadInto(Optimizers());
        checkpoint.LoadScaling(ScalingState());
        foreach (var player in _players)
            player.Optimizer.StepCount = (checkpoint.Step * player.Phase.Times) - (player.Scaling?.SkippedSteps ?? 0);
        if (_average is not null)
            _average.UpdateCount = checkpoint.Step;
        _progress.Load(checkpoint.Progress);
        Step = checkpoint.Step;
    }

    private void LoadWeights(Checkpoint checkpoint)
    {
        checkpoint.LoadInto(_objective.Model, _objective.Fingerprint);
        checkpoint.LoadInto(_average);
    }

    /// <summary>Gives the model the weights with which it was measured best.</summary>
    private void LoadBest()
    {
        if (_progress.Stopping is null)
            return;
        using var best = Checkpoint.Open(BestPath);
        LoadWeights(best);
        _bestStep = best.Step;
    }

    /// <summary>
    /// Whether a rollback may go back to a step: only to those at which every run like this one saves, or a run that was cancelled and resumed would go back
    /// elsewhere than one that was not.
    /// </summary>
    private bool IsGoneBackTo(long step) => _progress.Spikes is not null && (step == 0 || step % _checkpointEvery == 0);

    /// <summary>Goes back to the last checkpoint, and leaves out the batches from there to the one whose loss leapt.</summary>
    private void RollBack()
    {
        var (from, loss, expected) = (Step, _players[0].MoveLoss, _progress.Spikes!.Mean);
        var (skipped, rollbacks) = (_progress.Skipped, _progress.Rollbacks + 1);
        if (rollbacks > _options.Rollback!.Limit)
        {
            var times = rollbacks == 2 ? "once" : $"{rollbacks - 1} times";
            throw double.IsFinite(loss)
                ? Diverged(string.Create(CultureInfo.InvariantCulture, $"The loss of step {from + 1} is {loss:G4}, up from a mean of {expected:G4}, though the run has gone back {times}"), Remedy, from + 1)
                : Diverged($"The loss is NaN or infinite at step {from + 1}, though the run has gone back {times}", new TrainingStep(0, 0, _options.BatchSize, _seed, from) { Skipped = skipped });
        }

        using (var checkpoint = Checkpoint.OpenNewest(CheckpointFolder!, step => step <= from && IsGoneBackTo(step)))
            Restore(checkpoint);
        _progress.Skipped = skipped + from + 1 - Step;
        _progress.Rollbacks = rollbacks;
        _savedStep = _reportedStep = Step;
        _reportedTraining = _training.Elapsed;
        _isWatched = false;
        _players[0].ClearSums();
        Notify(observer => observer.OnRollback(new RollbackReport(from + 1, Step, loss, expected)));
    }

    private MemoryPlan Plan()
    {
        var samples = (_options.BatchSize + _options.Accumulate - 1) / _options.Accumulate;
        return new MemoryPlan(
            Bytes(_objective.Model.state_dict().Values) + Bytes(_average?.State.Values ?? []),
            Bytes(_players.SelectMany(static player => player.Parameters)) * _gradients.ThreadCount,
            Bytes(Optimizers().SelectMany(static optimizer => optimizer.State.Values)),
            _objective.ActivationBytes * samples,
            samples);

        static long Bytes(IEnumerable<Tensor> tensors) => tensors.Sum(static tensor => tensor.numel() * tensor.element_size());
    }

    private Optimizer[] Optimizers() => [.. _players.Select(static player => player.Optimizer)];

    private Dictionary<string, Tensor> ScalingState() => _players.Where(static player => player.Scaling is not null)
        .SelectMany(static player => player.Scaling!.State.Select(entry => (Name: player.Phase.Name.Length > 0 ? $"{player.Phase.Name}.{entry.Key}" : entry.Key, entry.Value)))
        .ToDictionary(static entry => entry.Name, static entry => entry.Value);

    private RunIdentity Identity() => new(_objective, _options, TotalSteps, _device);

    private IEnumerable<string> ConvolutionNotice() => ConvolutionKernels.Of(_objective.Model, _device) is not null && ConvolutionKernels.Notice is { } notice ? [notice] : [];

    /// <summary>All that makes this run the one that it is, for those who write it down.</summary>
    private Dictionary<string, string> RunDescription(RunIdentity identity) => new(identity.Settings)
    {
        ["model"] = _objective.Model.GetName(),
        ["architecture"] = _objective.Fingerprint,
        ["data"] = _objective.DataFingerprint,
        ["seed"] = _seed.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>With the layer in which it began.</summary>
    private DivergenceException Diverged(string what, TrainingStep step)
    {
        var divergence = _gradients.FindDivergence(step, SeedTorch);
        var remedy = divergence switch
        {
            null => "run it with one thread or on another processor",
            { IsFaultOfKernel: true } => "run it on another processor, and report the layer with its shape",
            { Origin: DivergenceOrigin.Data } => "look at the data",
            _ when step is { Step: 0, Phase: 0, Repetition: 0 } => "no step has changed a weight yet, so look at the initialisers, the settings of the objective and the scale of the data",
            _ => Remedy,
        };
        return Diverged($"{what}: {divergence?.Sentence ?? "the same step computed again is finite, so a kernel of this processor may give what it should not"}", remedy, step.Step + 1);
    }

    private string Remedy => string.Create(CultureInfo.InvariantCulture, $"lower the learning rate of {_options.Optimizer.LearningRate}, warm up longer or clip the gradients");

    private DivergenceException Diverged(string what, string remedy, long step)
    {
        var kept = _savedStep is { } saved ? $" (the checkpoint of step {saved} is kept)" : "";
        return new DivergenceException($"{what}; {remedy}{kept}.", step);
    }

    private TrainingResult Result(TrainingOutcome outcome)
    {
        var units = _stepsMade * _objective.UnitsPerStep(_options.BatchSize);
        var speed = _stepsMade > 0 ? units / _training.Elapsed.TotalSeconds : 0;
        return new TrainingResult(outcome, Step, TotalSteps, _trainLoss, _validationLoss, _elapsed.Elapsed, speed, _objective.Unit, PeakMemory()) { BestStep = _bestStep };
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
