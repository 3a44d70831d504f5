namespace ModelGen.Training;

/// <summary>When a run is saved, to be taken up again from there.</summary>
public sealed record CheckpointOptions
{
    internal const int KeptByDefault = 2;

    /// <summary>How often.</summary>
    public required Duration Every { get; init; }

    /// <summary>How many checkpoints are kept, at least 1: the newest. With more than one there is another where one is damaged.</summary>
    public int Keep { get; init; } = KeptByDefault;

    internal void Check()
    {
        if (Keep < 1)
        {
            throw new ArgumentException($"At least 1 checkpoint is kept, not {Keep}.", nameof(Keep));
        }
    }
}
