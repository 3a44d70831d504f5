namespace ModelGen.Training.Schedules;

/// <summary>How the learning rate changes over a run.</summary>
public abstract record ScheduleOptions
{
    /// <summary>The learning rate of one step.</summary>
    /// <param name="peak">The optimizer's learning rate, the highest of the run.</param>
    /// <param name="step">The step, counted from 0.</param>
    /// <param name="run">The length of the run.</param>
    /// <returns>The learning rate to use for this step.</returns>
    /// <exception cref="ArgumentException">The schedule has a length in a unit other than the data's.</exception>
    public abstract double LearningRate(double peak, long step, RunLength run);

    internal virtual void Check(double peak) { }

    /// <summary>to + (from − to) · ½ (1 + cos(π · progress)), with progress from 0 to 1.</summary>
    private protected static double HalfCosine(double from, double to, double progress) =>
        to + ((from - to) * 0.5 * (1 + Math.Cos(Math.PI * progress)));
}
