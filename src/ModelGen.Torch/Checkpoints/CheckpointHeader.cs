namespace ModelGen.Checkpoints;

/// <summary>The metadata that a checkpoint stores about its run.</summary>
internal sealed record CheckpointHeader
{
    /// <summary>The model's name.</summary>
    public required string ModelName { get; init; }

    /// <summary>The hash of its architecture.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The hash of the training data.</summary>
    public required string DataFingerprint { get; init; }

    /// <summary>The number of completed steps.</summary>
    public required long Step { get; init; }

    /// <summary>The seed of the run.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The settings that a resumed run must match, by name.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>The environment the run is made in, by name.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Anything else needed to use the model, such as a tokenizer, by name.</summary>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }
}
