using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Losses;

/// <summary>The log-probabilities that a model gives to tokens.</summary>
internal static class TokenLogProbabilities
{
    /// <summary>log softmax(logits) at each target.</summary>
    /// <param name="logits">[…, vocabulary].</param>
    /// <param name="targets">int64 […]; <see cref="TokenLoss.Ignored"/> for those that do not count.</param>
    /// <returns>[…], 0 where the target does not count, with a gradient; the caller disposes it.</returns>
    public static Tensor Of(Tensor logits, Tensor targets)
    {
        using var scores = logits.reshape(-1, logits.size(-1));
        using var wanted = targets.reshape(-1);
        using var losses = nn.functional.cross_entropy(scores, wanted, ignore_index: TokenLoss.Ignored, reduction: nn.Reduction.None);
        using var negative = losses.neg();
        return negative.view(targets.shape);
    }
}
