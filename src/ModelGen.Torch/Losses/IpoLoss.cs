using ModelGen.Native;
using static TorchSharp.torch;

namespace ModelGen.Losses;

/// <summary>
/// Identity preference optimisation (Azar et al. 2023, "A general theoretical paradigm to understand learning from human preferences",
/// equation 17): (h − 1 / (2 τ))², where h is log π(y_w|x) / π_ref(y_w|x) − log π(y_l|x) / π_ref(y_l|x), so that h has a goal, however
/// sure the preferences are.
/// </summary>
public sealed record IpoLoss : PreferenceLoss
{
    /// <summary>τ, above 0: the larger, the closer the model stays to the reference.</summary>
    public double Tau { get; init; } = 0.1;

    /// <inheritdoc/>
    public override bool NeedsReference => true;

    /// <inheritdoc/>
    public override Tensor PerPair(AnswerScores pairs)
    {
        using var margin = Margin(pairs);
        using var ratio = margin.DividedBy(Tau);
        using var distance = ratio.Minus(1 / (2 * Tau));
        return distance.Squared();
    }

    /// <inheritdoc/>
    public override (Tensor Chosen, Tensor Rejected) Rewards(AnswerScores pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return LogRatios(pairs, Tau);
    }

    internal override void Check() => CheckPositive(Tau, nameof(Tau));
}
