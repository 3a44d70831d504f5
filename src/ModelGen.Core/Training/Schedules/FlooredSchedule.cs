namespace ModelGen.Training.Schedules;

/// <summary>A learning rate that falls from its peak to a floor.</summary>
public abstract record FlooredSchedule : WarmupSchedule
{
    /// <summary>The lowest learning rate, from 0 to the peak.</summary>
    public double Floor { get; init; }

    internal override void Check(double peak)
    {
        if (!(Floor >= 0 && Floor <= peak))
        {
            throw new ArgumentException(
                $"The floor of a schedule must be between 0 and the learning rate {peak}, not {Floor}.",
                nameof(Floor)
            );
        }
    }
}
