using ModelGen.Layers;
using ModelGen.Native;
using ModelGen.RandomNumbers;
using ModelGen.Training.Gradients;
using ModelGen.Training.Guards;
using ModelGen.Training.Optimizers;
using ModelGen.Training.Schedules;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Training;

/// <summary>
/// Makes the steps of a run: the phases of each in order, with the gradients of a batch and the checks that keep bad ones from the weights.
/// </summary>
internal sealed class Stepper : IDisposable
{
    // Well below what makes the garbage collector run by itself, so that it does not in the middle of a step: see TensorArithmetic.
    private const long CollectAfterBytes = 1 << 20;

    private readonly Objective _objective;
    private readonly TrainingPlan _plan;
    private readonly TrainingOptions _options;
    private readonly ulong _seed;
    private readonly RunLength _run;
    private readonly TrainingState _state;
    private readonly BatchGradients _gradients;
    private readonly FiniteGradients _finite;
    private readonly UpdateFigures _figures;
    private readonly bool _isOnCpu;
    private readonly bool _isOnCuda;
    private long _allocatedBytes;

    /// <summary>Prepares the threads that compute gradients, and the checks on them.</summary>
    public Stepper(Objective objective, TrainingPlan plan, TrainingOptions options, ulong seed, RunLength run, TrainingState state)
    {
        (_objective, _plan, _options, _seed, _run, _state) = (objective, plan, options, seed, run, state);
        _isOnCpu = state.Device.type == DeviceType.CPU;
        _isOnCuda = state.Device.type == DeviceType.CUDA;
        _gradients = new BatchGradients(
            objective,
            options,
            state.Phases.SelectMany(static phase => phase.Parameters).Sum(static parameter => parameter.numel()),
            state.Device
        );
        _finite = new FiniteGradients(state.Device);
        _figures = new UpdateFigures(state.Device);
        if (_finite.IsAtHand)
        {
            return;
        }

        foreach (var group in state.Phases.SelectMany(static phase => phase.Groups))
        {
            group.Optimizer.Hold = _finite.Found;
        }
    }

    /// <summary>The number of threads that compute parts of a batch in parallel.</summary>
    public int ThreadCount => _gradients.ThreadCount;

    /// <summary>The figures of the last update that was measured.</summary>
    public UpdateFigures Figures => _figures;

    /// <summary>The learning rate of a phase at a step, counted from 0.</summary>
    public double LearningRate(OptimizedPhase phase, long step) =>
        _options.Schedule.LearningRate(phase.Phase.Optimizer.LearningRate, step, _run);

    /// <summary>Makes one step; false if its loss spikes and the run must go back: then no weight has changed.</summary>
    /// <param name="isWatched">Whether the figures of its last update are wanted.</param>
    public bool Make(bool isWatched)
    {
        var isMade = true;
        using (_gradients.LimitThreads())
        using (NewDisposeScope())
        {
            // Reseeded at every step, so that dropout needs no saved state to resume exactly.
            SeedTorch();
            try
            {
                for (var phase = 0; phase < _state.Phases.Length; phase++)
                {
                    LetGradientsReach(phase);
                    var times = _state.Phases[phase].Phase.Times;
                    for (var repetition = 0; isMade && repetition < times; repetition++)
                    {
                        isMade &= Update(phase, repetition, isWatched && phase == _state.Phases.Length - 1 && repetition == times - 1);
                    }
                }
            }
            finally
            {
                LetGradientsReachAll();
            }
        }

        if (!isMade)
        {
            return false;
        }

        _state.Average?.Update();
        CollectGarbage();
        _state.Step++;
        return true;
    }

    /// <summary>Whether a NaN or infinite gradient was found, where that is only known later; synchronises with the device.</summary>
    public bool FoundLater() => !_finite.IsAtHand && _finite.Read();

    /// <summary>The exception for a loss that is not finite, though the run has gone back as often as it may.</summary>
    public DivergenceException Diverged(string what) => Diverged(what, TrainingStep(phase: 0, repetition: 0));

    /// <summary>Stops the threads and frees the checks.</summary>
    public void Dispose()
    {
        _gradients.Dispose();
        _finite.Dispose();
        _figures.Dispose();
    }

    private bool GradientsReachAll => _state.Phases is [var only] && only.AllLearn(_state.Step);

    private TrainingStep TrainingStep(int phase, int repetition) =>
        new(_plan, phase, repetition, _seed, _state.Step) { Skipped = _state.Guards.Skipped };

    // Gradients must reach the parameters of one phase only, and of those the ones that learn already.
    private void LetGradientsReach(int phase)
    {
        if (GradientsReachAll)
        {
            return;
        }

        for (var i = 0; i < _state.Phases.Length; i++)
        {
            foreach (var group in _state.Phases[i].Groups)
            {
                Require(group.Parameters, i == phase && group.Learns(_state.Step));
            }
        }
    }

    // The state outside of a step.
    private void LetGradientsReachAll()
    {
        if (!GradientsReachAll)
        {
            Require(_state.Phases.SelectMany(static phase => phase.Parameters), gradients: true);
        }
    }

    private static void Require(IEnumerable<Parameter> parameters, bool gradients)
    {
        foreach (var parameter in parameters)
        {
            parameter.requires_grad = gradients;
        }
    }

    // Makes one update of a phase; false if its loss spikes: then it is not made.
    private bool Update(int index, int repetition, bool isWatched)
    {
        var phase = _state.Phases[index];
        phase.BeginUpdate();
        var step = TrainingStep(index, repetition);
        _gradients.Compute(step, phase);
        if (_state.Guards.Spikes?.IsSpike(phase.UpdateLoss) == true)
        {
            phase.ZeroGrad();
            return false;
        }

        var when = $"at step {_state.Step + 1}";
        if (_isOnCpu && !double.IsFinite(phase.UpdateLoss))
        {
            throw Diverged($"The {phase.Adjective}loss is NaN or infinite {when}", step);
        }

        using var norm = NormToClip(phase);
        if (phase.Scaling is null && !IsFinite(norm) && !_finite.Check(phase.Parameters))
        {
            throw Diverged($"The {phase.Adjective}gradients are NaN or infinite {when}", step);
        }

        if (phase.Scaling?.Unscale(phase.Parameters) ?? true)
        {
            ChangeWeights(phase, norm, isWatched);
        }
        else if (phase.Scaling!.IsExhausted)
        {
            throw Diverged($"The {phase.Adjective}gradients are NaN or infinite, however far the loss is scaled down, {when}", step);
        }

        phase.ZeroGrad();
        return true;
    }

    // Null if it is not known yet or not wanted. A finite one says that all gradients are, which saves a pass over them.
    private Tensor? NormToClip(OptimizedPhase phase) =>
        _isOnCpu && phase.Scaling is null && _options.ClipNorm is not null ? GradientNorm.Of(phase.Parameters) : null;

    private static bool IsFinite(Tensor? norm) => norm is not null && double.IsFinite(norm.Read());

    private void ChangeWeights(OptimizedPhase phase, Tensor? known, bool isWatched)
    {
        using var measured = known is null && (_options.ClipNorm is not null || isWatched) ? GradientNorm.Of(phase.Parameters) : null;
        var norm = known ?? measured;

        // Finite gradients can have an infinite norm, and clipping by it would make them zeros. Only the CPU's norm is at hand.
        if (_isOnCpu && _options.ClipNorm is not null && !IsFinite(norm))
        {
            throw _state.Diverged($"The norm of the {phase.Adjective}gradients overflows at step {_state.Step + 1}", _state.Step + 1);
        }

        if (_options.ClipNorm is { } maxNorm)
        {
            GradientNorm.ClipFrom(norm!, phase.Parameters, maxNorm);
        }

        using var ratio = isWatched ? new UpdateRatio(phase.Learning(_state.Step)) : null;
        phase.Step(_state.Step, LearningRate(phase, _state.Step));
        if (ratio is not null)
        {
            _figures.Set(norm!, ratio);
        }
    }

    // Names the layer in which it began.
    private DivergenceException Diverged(string what, TrainingStep step)
    {
        var divergence = _gradients.FindDivergence(step, SeedTorch);
        var remedy = divergence switch
        {
            null => "run it with one thread or on another processor",
            { IsFaultOfKernel: true } => "run it on another processor, and report the layer with its shape",
            { Origin: DivergenceOrigin.Data } =>
                "look in the data for numbers that are NaN, infinite or too large for the model's precision",
            _ when step is { Step: 0, Phase: 0, Repetition: 0 } =>
                "no step has changed a weight yet, so check the initialisers, the settings of the objective and the scale of the data",
            _ => null,
        };
        var why = divergence?.Sentence ?? "the same step computed again is finite, so a kernel may be wrong on this processor";
        return _state.Diverged($"{what}: {why}", step.Step + 1, remedy);
    }

    /// <summary>
    /// The garbage collector counts only managed objects and waits for a hundred megabytes of them; the native memory behind TorchSharp's
    /// small ones (scalars) would grow by more than that meanwhile. Collecting a megabyte takes well under a millisecond.
    /// </summary>
    private void CollectGarbage()
    {
        var allocated = GC.GetTotalAllocatedBytes();
        if (allocated - _allocatedBytes < CollectAfterBytes)
        {
            return;
        }

        GC.Collect(0);
        _allocatedBytes = allocated;
    }

    private void SeedTorch()
    {
        if (_objective.ActualSplit == BatchSplit.Parallel)
        {
            return; // it draws nothing from torch's generator
        }

        var seed = unchecked((long)CounterRandom.Bits(_seed, CounterRandom.Stream.Torch, (ulong)_state.Batch));
        manual_seed(seed).Dispose();
        if (_isOnCuda)
        {
            cuda.manual_seed_all(seed);
        }
    }
}
