namespace ModelGen.Sampling;

/// <summary>
/// How contrastive search chooses each token v (Su et al. 2022, "A contrastive framework for neural text generation", equation 5): of the
/// likeliest <see cref="Candidates"/>, the one with the largest (1 − α) p(v) − α max cos(h(v), h(x)), where h is the model's last hidden
/// state and the maximum is over the tokens x before it.
/// </summary>
public sealed record ContrastiveSearchOptions
{
    /// <summary>k, how many of the likeliest tokens are tried, at least 1; 1 takes the likeliest.</summary>
    public int Candidates { get; init; } = 4;

    /// <summary>α, how much likeness to what is there already counts against a token, 0 to 1; 0 takes the likeliest.</summary>
    public double Penalty { get; init; } = 0.6;

    internal void Check()
    {
        if (Candidates < 1)
        {
            throw new ArgumentException($"Contrastive search needs at least 1 candidate, not {Candidates}.", nameof(Candidates));
        }

        if (Penalty is not (>= 0 and <= 1))
        {
            throw new ArgumentException($"The penalty of contrastive search must be a number from 0 to 1, not {Penalty}.", nameof(Penalty));
        }
    }
}
