using ModelGen.Training;
using ModelGen.Training.Optimizers;

namespace ModelGen.Objectives;

/// <summary>
/// How a generative adversarial network is trained: the <c>training:</c> section of its spec. What the base says holds for the generator.
/// </summary>
public sealed record GanTrainingOptions : TrainingOptions
{
    /// <summary>How the discriminator is trained where otherwise than the generator.</summary>
    public DiscriminatorOptions Discriminator { get; init; } = new();
}

/// <summary>How the discriminator of a generative adversarial network is trained.</summary>
public sealed record DiscriminatorOptions
{
    /// <summary>Its optimizer; null for one as the generator's.</summary>
    public OptimizerOptions? Optimizer { get; init; }

    /// <summary>How many steps it makes for each of the generator's, at least 1, each on another batch.</summary>
    public int Steps { get; init; } = 1;
}
