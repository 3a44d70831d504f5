namespace ModelGen.Objectives;

/// <summary>How a reward model learns from preferences.</summary>
public sealed record BradleyTerryOptions
{
    /// <summary>Whether the preferred answer must be better by the margin that its preference has, where it has one.</summary>
    public bool Margins { get; init; }

    /// <summary>
    /// The weight, at least 0, of the square of the sum of both rewards, which keeps rewards around 0 (Eisenstein et al. 2023, "Helping or
    /// herding? Reward model ensembles mitigate but do not eliminate reward hacking", section 3.1, who take 0.01).
    /// </summary>
    public double Centring { get; init; }

    /// <summary>Checks that each option is in its range.</summary>
    /// <exception cref="ArgumentException">One is not.</exception>
    internal void Check()
    {
        if (!(Centring >= 0 && double.IsFinite(Centring)))
        {
            throw new ArgumentException($"{nameof(Centring)} must be at least 0 and finite, not {Centring}.", nameof(Centring));
        }
    }
}
