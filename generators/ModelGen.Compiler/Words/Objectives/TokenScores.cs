using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words.Objectives;

/// <summary>What training adds to the cross-entropy of tokens, whichever tokens are predicted.</summary>
internal static class TokenScores
{
    public static readonly NumberParameter LabelSmoothing = new(
        "label-smoothing",
        "the share of a target that is spread evenly over all tokens, in training only: Szegedy et al. 2016"
    )
    {
        Default = 0,
        Range = Language.Range.Fraction,
    };

    public static readonly NumberParameter ZLoss = new(
        "z-loss",
        "the weight of the mean of (log sum exp logits)^2, which keeps logits from drifting, in training only; shown as `z_loss` without "
            + "the weight: Chowdhery et al. 2022, who take 1e-4"
    )
    {
        Default = 0,
        Range = Language.Range.NonNegative,
    };

    /// <summary>
    /// What the loss of a sequence of the longest length needs besides its logits and their gradient, as the runtime's <c>TokenLoss</c>
    /// says it: the gradient of the log-probabilities, and another for each addition.
    /// </summary>
    public static long LossBytes(Arguments arguments, DataShape data)
    {
        var gradients = 1 + (arguments.Get(LabelSmoothing) > 0 ? 1 : 0) + (arguments.Get(ZLoss) > 0 ? 1 : 0);
        return checked(gradients * sizeof(float) * data.Vocabulary * data.Context);
    }
}
