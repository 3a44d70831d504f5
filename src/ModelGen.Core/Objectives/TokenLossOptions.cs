namespace ModelGen.Objectives;

/// <summary>What training adds to the cross-entropy of tokens; validation measures the cross-entropy alone.</summary>
public abstract record TokenLossOptions
{
    private protected TokenLossOptions() { }

    /// <summary>
    /// The share of a target that is spread evenly over all tokens, at least 0 and less than 1 (Szegedy et al. 2016, "Rethinking the
    /// Inception architecture"; Vaswani et al. 2017 take 0.1).
    /// </summary>
    public double LabelSmoothing { get; init; }

    /// <summary>
    /// The weight, at least 0, of the mean of (log Σ exp logits)², which keeps the logits from drifting (Chowdhery et al. 2022, "PaLM",
    /// who take 1e-4); shown without the weight as <c>z_loss</c>.
    /// </summary>
    public double ZLoss { get; init; }

    /// <summary>Checks that each option is in its range.</summary>
    /// <exception cref="ArgumentException">One is not.</exception>
    internal virtual void Check()
    {
        if (!(LabelSmoothing is >= 0 and < 1))
        {
            throw new ArgumentException(
                $"The label smoothing must be at least 0 and less than 1, not {LabelSmoothing}.",
                nameof(LabelSmoothing)
            );
        }

        if (!(ZLoss >= 0 && double.IsFinite(ZLoss)))
        {
            throw new ArgumentException($"The weight of the z-loss must be at least 0 and finite, not {ZLoss}.", nameof(ZLoss));
        }
    }
}
