using ModelGen.Training;

namespace ModelGen.Objectives;

/// <summary>How the terms of the evidence lower bound are weighed.</summary>
public sealed record ElboOptions
{
    /// <summary>The weight of the KL term, 0 or more (Higgins et al. 2017, "beta-VAE").</summary>
    public double Beta { get; init; } = 1;

    /// <summary>
    /// Nats of the KL that each latent axis has for free, as a mean over the batch (Kingma et al. 2016, "Improved variational inference
    /// with inverse autoregressive flow", section C.8).
    /// </summary>
    public double FreeBits { get; init; }

    /// <summary>
    /// The time in which the weight of the KL term rises from 0 to <see cref="Beta"/>, linearly (Bowman et al. 2016); none unless told
    /// otherwise.
    /// </summary>
    public Duration Warmup { get; init; } = Duration.Steps(0);

    internal void Check()
    {
        if (!(Beta >= 0 && double.IsFinite(Beta)))
        {
            throw new ArgumentException($"The weight of the KL term is 0 or more, not {Beta}.", nameof(Beta));
        }

        if (!(FreeBits >= 0 && double.IsFinite(FreeBits)))
        {
            throw new ArgumentException($"Free bits are 0 or more, not {FreeBits}.", nameof(FreeBits));
        }
    }
}
