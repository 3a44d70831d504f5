namespace ModelGen.Checkpoints;

/// <summary>What a checkpoint says of the run that it is a moment of.</summary>
internal sealed record CheckpointHeader
{
    /// <summary>The model's name.</summary>
    public required string ModelName { get; init; }

    /// <summary>The hash of its architecture.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The hash of the data that it is trained on.</summary>
    public required string DataFingerprint { get; init; }

    /// <summary>The steps made.</summary>
    public required long Step { get; init; }

    /// <summary>The seed of the run.</summary>
    public required ulong Seed { get; init; }

    /// <summary>With what the run has to go on, by name.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>What the run is made on, by name.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>What else the model needs to be usable, such as a tokenizer, by name.</summary>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }
}
