using ModelGen.Training;
using ModelGen.Training.Optimizers;

namespace ModelGen.Objectives;

/// <summary>
/// How a generative adversarial network is trained: the <c>training:</c> section of its spec. The inherited options are the generator's.
/// </summary>
public sealed record GanTrainingOptions : TrainingOptions
{
    /// <summary>How the discriminator's training differs from the generator's.</summary>
    public DiscriminatorOptions Discriminator { get; init; } = new();
}

/// <summary>How the discriminator of a generative adversarial network is trained.</summary>
public sealed record DiscriminatorOptions
{
    /// <summary>Its optimizer; null for the generator's settings.</summary>
    public OptimizerOptions? Optimizer { get; init; }

    /// <summary>The number of its steps per generator step, at least 1, each on a new batch.</summary>
    public int Steps { get; init; } = 1;
}
