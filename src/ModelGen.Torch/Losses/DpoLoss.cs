using ModelGen.Native;
using static TorchSharp.torch;

namespace ModelGen.Losses;

/// <summary>
/// Direct preference optimisation (Rafailov et al. 2023, equation 7): −log σ(β h), where h is log π(y_w|x) / π_ref(y_w|x) − log π(y_l|x) /
/// π_ref(y_l|x). With a share ε of preferences that are taken to be the wrong way round it is −(1 − ε) log σ(β h) − ε log σ(−β h), the
/// conservative form (Mitchell 2023, "A note on DPO with noisy preferences and relationship to IPO").
/// </summary>
public sealed record DpoLoss : PreferenceLoss
{
    /// <summary>β, above 0: the larger, the closer the model stays to the reference.</summary>
    public double Beta { get; init; } = 0.1;

    /// <summary>ε, from 0 to below one half.</summary>
    public double LabelSmoothing { get; init; }

    /// <inheritdoc/>
    public override bool NeedsReference => true;

    /// <inheritdoc/>
    public override Tensor PerPair(AnswerScores pairs)
    {
        using var margin = Margin(pairs);
        var loss = NegativeLogSigmoid(margin);
        if (LabelSmoothing == 0)
        {
            return loss;
        }

        using (loss)
        using (var opposite = margin.neg())
        using (var other = NegativeLogSigmoid(opposite))
        using (var own = loss.Times(1 - LabelSmoothing))
        using (var weighed = other.Times(LabelSmoothing))
        {
            return own.Plus(weighed);
        }
    }

    /// <inheritdoc/>
    public override (Tensor Chosen, Tensor Rejected) Rewards(AnswerScores pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return LogRatios(pairs, Beta);
    }

    internal override void Check()
    {
        CheckPositive(Beta, nameof(Beta));
        if (LabelSmoothing is not (>= 0 and < 0.5))
        {
            throw new ArgumentException(
                $"The share of wrong preferences must be at least 0 and less than one half, not {LabelSmoothing}.",
                nameof(LabelSmoothing)
            );
        }
    }
}
