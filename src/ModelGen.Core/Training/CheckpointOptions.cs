namespace ModelGen.Training;

/// <summary>When checkpoints are saved, from which a run can be resumed.</summary>
public sealed record CheckpointOptions
{
    internal const int KeptByDefault = 2;

    /// <summary>The interval between checkpoints.</summary>
    public required Duration Every { get; init; }

    /// <summary>How many of the newest checkpoints to keep, at least 1. With more than one, there is another if one is damaged.</summary>
    public int Keep { get; init; } = KeptByDefault;

    internal void Check()
    {
        if (Keep < 1)
        {
            throw new ArgumentException($"At least 1 checkpoint must be kept, not {Keep}.", nameof(Keep));
        }
    }
}
