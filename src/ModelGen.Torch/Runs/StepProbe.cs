using System.Diagnostics;
using ModelGen.Training;
using ModelGen.Training.Schedules;

namespace ModelGen.Runs;

/// <summary>How long the steps of a run take, by some that were made.</summary>
/// <param name="Step">The median time of a step, after those that warm up.</param>
/// <param name="TotalSteps">The steps of the whole run.</param>
public sealed record StepProbe(TimeSpan Step, long TotalSteps)
{
    // The first steps choose kernels and fill caches.
    private const int WarmUp = 2;

    /// <summary>The time that all steps take at this pace, without validation, samples and checkpoints.</summary>
    public TimeSpan Duration => Step * TotalSteps;

    /// <summary>Makes some steps; the weights of the model are others afterwards.</summary>
    internal static StepProbe Of(Objective objective, TrainingOptions options, int steps, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        long total;
        using (var whole = new Trainer(objective, options))
        {
            total = whole.TotalSteps;
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var watch = new Watch(WarmUp + steps, end);
        var few = options.ForSteps(WarmUp + steps, new ConstantSchedule());
        using var trainer = new Trainer(objective, few) { ReportEvery = 1, Observers = { watch } };
        trainer.Run(end.Token);
        stop.ThrowIfCancellationRequested();
        var times = watch.Times.Skip(WarmUp).Order().ToList();
        return times.Count > 0
            ? new StepProbe(times[times.Count / 2], total)
            : throw new ModelGenException("The training ends by itself after a few steps, before one could be timed.");
    }

    private sealed class Watch(int steps, CancellationTokenSource end) : TrainingObserver
    {
        private readonly List<TimeSpan> _times = [];
        private long _last;

        public IReadOnlyList<TimeSpan> Times => _times;

        public override void OnStart(TrainingStart start) => _last = Stopwatch.GetTimestamp();

        public override void OnStep(StepReport report)
        {
            _times.Add(Stopwatch.GetElapsedTime(_last));
            _last = Stopwatch.GetTimestamp();
            if (_times.Count == steps)
            {
                end.Cancel();
            }
        }
    }
}
