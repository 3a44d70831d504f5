namespace ModelGen.Objectives;

/// <summary>How the terms of a vector-quantised autoencoder's loss are weighted.</summary>
public sealed record VectorQuantisedOptions
{
    /// <summary>
    /// The weight β of the commitment loss, the squared distance from the encoder's output to its code vectors, 0 or more.
    /// </summary>
    public double Commitment { get; init; } = 0.25;

    internal void Check()
    {
        if (!(Commitment >= 0 && double.IsFinite(Commitment)))
        {
            throw new ArgumentException($"The weight of the commitment loss must be 0 or more, not {Commitment}.", nameof(Commitment));
        }
    }
}
