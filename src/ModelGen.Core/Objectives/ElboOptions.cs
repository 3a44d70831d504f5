using ModelGen.Training;

namespace ModelGen.Objectives;

/// <summary>How the terms of the evidence lower bound are weighted.</summary>
public sealed record ElboOptions
{
    /// <summary>The weight of the KL term, 0 or more (Higgins et al. 2017, "beta-VAE").</summary>
    public double Beta { get; init; } = 1;

    /// <summary>
    /// Nats of KL divergence that each latent dimension gets for free, averaged over the batch (Kingma et al. 2016, "Improved variational
    /// inference
    /// with inverse autoregressive flow", section C.8).
    /// </summary>
    public double FreeBits { get; init; }

    /// <summary>
    /// How long the weight of the KL term takes to rise linearly from 0 to <see cref="Beta"/> (Bowman et al. 2016); none by default.
    /// </summary>
    public Duration Warmup { get; init; } = Duration.Steps(0);

    internal void Check()
    {
        if (!(Beta >= 0 && double.IsFinite(Beta)))
        {
            throw new ArgumentException($"The weight of the KL term must be 0 or more, not {Beta}.", nameof(Beta));
        }

        if (!(FreeBits >= 0 && double.IsFinite(FreeBits)))
        {
            throw new ArgumentException($"Free bits must be 0 or more, not {FreeBits}.", nameof(FreeBits));
        }
    }
}
