using ModelGen.Native;
using static TorchSharp.torch;

namespace ModelGen.Losses;

/// <summary>
/// Odds ratio preference optimisation (Hong et al. 2024, "ORPO: Monolithic preference optimization without reference model", equations 6
/// and 7): −log P(y_w|x) − λ log σ(log odds(y_w|x) − log odds(y_l|x)), where log P is the mean log-probability of an answer's tokens and
/// odds are P / (1 − P). The first term trains on the preferred answers as examples.
/// </summary>
public sealed record OrpoLoss : PreferenceLoss
{
    // Below it, an answer's log-probability has odds that float32 can hold.
    private const double MostLogProbability = -1e-6;

    /// <summary>λ, above 0: the weight of the preference beside the example.</summary>
    public double Lambda { get; init; } = 0.1;

    /// <inheritdoc/>
    public override bool NeedsReference => false;

    /// <inheritdoc/>
    public override Tensor PerPair(AnswerScores pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var (chosen, rejected) = MeanLogProbabilities(pairs, 1);
        using (chosen)
        using (rejected)
        using (var chosenOdds = LogOdds(chosen))
        using (var rejectedOdds = LogOdds(rejected))
        using (var ratio = chosenOdds - rejectedOdds)
        using (var preference = NegativeLogSigmoid(ratio))
        using (var weighed = preference.Times(Lambda))
        {
            return weighed - chosen;
        }
    }

    /// <inheritdoc/>
    public override (Tensor Chosen, Tensor Rejected) Rewards(AnswerScores pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return MeanLogProbabilities(pairs, Lambda);
    }

    internal override void Check() => CheckPositive(Lambda, nameof(Lambda));

    // log P − log(1 − P) = x − log(−expm1(x)).
    private static Tensor LogOdds(Tensor logProbability)
    {
        using var below = logProbability.ClampMax(MostLogProbability);
        using var grown = below.expm1();
        using var others = grown.neg();
        using var log = others.log();
        return below - log;
    }
}
