using System.Diagnostics;
using ModelGen.Native;
using ModelGen.Training.Gradients;
using ModelGen.Training.Guards;
using static TorchSharp.torch;

namespace ModelGen.Training;

/// <summary>Counts, times and reports the steps of one call of <see cref="Trainer.Run"/>.</summary>
internal sealed class StepRecorder(Objective objective, TrainingPlan plan, TrainingState state, Stepper stepper, long totalSteps)
{
    // Beyond what TimeSpan holds there is nothing to say.
    private static readonly TimeSpan LongestRemaining = TimeSpan.FromDays(1_000_000);

    private readonly Stopwatch _elapsed = new();
    private readonly Stopwatch _training = new();
    private TimeSpan _begun;
    private long _stepsMade;
    private long _reportedStep;
    private TimeSpan _reportedTraining;
    private double? _trainLoss;
    private double? _validationLoss;

    /// <summary>The time since the call began.</summary>
    public TimeSpan Elapsed => _elapsed.Elapsed;

    /// <summary>The step whose weights the model ends with, if it is not the last.</summary>
    public long? BestStep { get; set; }

    /// <summary>Starts at the run's current step.</summary>
    public void Begin()
    {
        _stepsMade = 0;
        _elapsed.Restart();
        _training.Reset();
        state.Growth.Begin(state.Step);
        Rewind();
    }

    /// <summary>Starts the next report at the step that the run has gone back to, discarding the figures of later ones.</summary>
    public void Rewind()
    {
        _reportedStep = state.Step;
        _reportedTraining = _training.Elapsed;
        stepper.Figures.Clear();
        state.Growth.ForgetLosses();
        foreach (var phase in state.Phases)
        {
            phase.ClearSums();
        }
    }

    /// <summary>Makes a step and times it.</summary>
    public bool Time(Func<bool> makeStep)
    {
        // What comes before the first step, such as the first validation, says nothing about the pace.
        _begun = _training.Elapsed == TimeSpan.Zero ? _elapsed.Elapsed : _begun;
        _training.Start();
        var isMade = makeStep();
        _training.Stop();
        if (isMade)
        {
            _stepsMade++;
        }

        return isMade;
    }

    /// <summary>The report of the steps since the last one; null if there are none.</summary>
    /// <exception cref="DivergenceException">A metric, a gradient or a buffer is NaN or infinite.</exception>
    public StepReport? Report()
    {
        var steps = state.Step - _reportedStep;
        if (steps == 0)
        {
            return null;
        }

        _training.Start();

        // Reading the sums waits for the device, so it counts as training time.
        var metrics = state.Phases.Reverse().SelectMany(phase => phase.TakeMeans(steps)).ToList();
        _training.Stop();
        if (metrics.FirstOrDefault(static metric => !double.IsFinite(metric.Value)) is { Name: { } diverged })
        {
            throw state.Diverged(
                $"The {diverged.Replace('_', ' ')} became NaN or infinite between steps {_reportedStep} and {state.Step}",
                state.Step
            );
        }

        if (stepper.FoundLater())
        {
            throw state.Diverged(
                $"The gradients became NaN or infinite between steps {_reportedStep} and {state.Step}, and the weights were left "
                    + "as they were before",
                state.Step
            );
        }

        CheckBuffers();

        var units = steps * plan.UnitsPerStep;
        var seconds = (_training.Elapsed - _reportedTraining).TotalSeconds;
        var remaining = (_elapsed.Elapsed - _begun).TotalSeconds / _stepsMade * (totalSteps - state.Step);
        var report = new StepReport(
            state.Step,
            totalSteps,
            metrics,
            stepper.LearningRate(state.Phases[^1], state.Step - 1),
            units / seconds,
            plan.Unit,
            TimeSpan.FromSeconds(Math.Min(remaining, LongestRemaining.TotalSeconds))
        )
        {
            GradientNorm = stepper.Figures.GradientNorm,
            UpdateRatio = stepper.Figures.UpdateRatio,
            PeakMemory = PeakMemory(),
        };
        if (state.Phases.Length == 1)
        {
            // The losses of a game oscillate by design.
            state.Growth.Report(state.Step, report.TrainLoss);
        }

        (_reportedStep, _reportedTraining, _trainLoss) = (state.Step, _training.Elapsed, report.TrainLoss);
        stepper.Figures.Clear();
        return report;
    }

    /// <summary>The report of a validation; null if the objective has no metric.</summary>
    public ValidationReport? Validated(IReadOnlyList<MetricValue> metrics, bool isFull)
    {
        if (metrics.Count == 0)
        {
            return null;
        }

        var report = new ValidationReport(state.Step, totalSteps, metrics, isFull);
        _validationLoss = report.ValidationLoss;
        return report;
    }

    /// <summary>The result of the call.</summary>
    public TrainingResult Result(TrainingOutcome outcome)
    {
        var speed = _stepsMade > 0 ? _stepsMade * plan.UnitsPerStep / _training.Elapsed.TotalSeconds : 0;
        return new TrainingResult(
            outcome,
            state.Step,
            totalSteps,
            _trainLoss,
            _validationLoss,
            _elapsed.Elapsed,
            speed,
            plan.Unit,
            PeakMemory()
        )
        {
            BestStep = BestStep,
        };
    }

    // Gradients do not reveal what layers keep besides their weights, such as the running statistics of batch-norm.
    private void CheckBuffers()
    {
        foreach (var (name, buffer) in objective.Model.named_buffers())
        {
            using var scope = NewDisposeScope();
            if (!buffer.IsFinite())
            {
                throw state.Diverged(
                    $"The buffer '{name}' is NaN or infinite at step {state.Step}",
                    state.Step,
                    plan.BatchSize == 1 && name.EndsWith(".running_var", StringComparison.Ordinal)
                        ? "statistics over a batch need more than one sample, so make the batch larger"
                        : null
                );
            }
        }
    }

    private static long PeakMemory()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
