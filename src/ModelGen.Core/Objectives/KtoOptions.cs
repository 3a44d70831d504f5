namespace ModelGen.Objectives;

/// <summary>How good and bad answers are weighed against each other.</summary>
public sealed record KtoOptions
{
    /// <summary>β, above 0: the larger, the closer the model stays to the reference.</summary>
    public double Beta { get; init; } = 0.1;

    /// <summary>λ_D, above 0: the weight of a good answer.</summary>
    public double Desirable { get; init; } = 1;

    /// <summary>λ_U, above 0: the weight of a bad answer.</summary>
    public double Undesirable { get; init; } = 1;

    /// <summary>Checks that each option is in its range.</summary>
    /// <exception cref="ArgumentException">One is not.</exception>
    internal void Check()
    {
        foreach (var (number, name) in new[] { (Beta, nameof(Beta)), (Desirable, nameof(Desirable)), (Undesirable, nameof(Undesirable)) })
        {
            if (!(number > 0 && double.IsFinite(number)))
            {
                throw new ArgumentException($"{name} must be above 0 and finite, not {number}.", name);
            }
        }
    }
}
