using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Losses;

/// <summary>log softmax(x)[target] of tokens with logits x, in nats.</summary>
internal static class TokenLogProbabilities
{
    /// <summary>Of each token.</summary>
    /// <param name="logits">[rows, T, vocabulary].</param>
    /// <param name="targets">int64 [rows, T]; <see cref="TokenLoss.Ignored"/> where none counts.</param>
    /// <returns>[rows, T], 0 where none counts; the caller disposes it.</returns>
    public static Tensor Of(Tensor logits, Tensor targets)
    {
        using var scores = logits.view(-1, logits.size(-1));
        using var wanted = targets.view(-1);
        using var losses = nn.functional.cross_entropy(scores, wanted, ignore_index: TokenLoss.Ignored, reduction: nn.Reduction.None);
        using var flat = losses.neg();
        return flat.view(targets.size(0), targets.size(1));
    }

    /// <summary>The same where log softmax(x) is known.</summary>
    /// <param name="logProbabilities">[rows, T, vocabulary].</param>
    /// <param name="targets">As above.</param>
    /// <returns>[rows, T], 0 where none counts; the caller disposes it.</returns>
    public static Tensor At(Tensor logProbabilities, Tensor targets)
    {
        using var all = logProbabilities.view(-1, logProbabilities.size(-1));
        using var wanted = targets.view(-1);

        // What it ignores unless told otherwise is TokenLoss.Ignored.
        using var losses = nn.functional.nll_loss(all, wanted, reduction: nn.Reduction.None);
        using var flat = losses.neg();
        return flat.view(targets.size(0), targets.size(1));
    }

    /// <summary>The sum over the tokens of each row that count.</summary>
    /// <param name="logits">[rows, T, vocabulary].</param>
    /// <param name="targets">As above.</param>
    /// <returns>[rows]; the caller disposes it.</returns>
    public static Tensor SumOf(Tensor logits, Tensor targets)
    {
        using var each = Of(logits, targets);
        return each.sum(1);
    }

    /// <summary>How many tokens of each row count.</summary>
    /// <param name="targets">As above.</param>
    /// <returns>float32 [rows]; the caller disposes it.</returns>
    public static Tensor Lengths(Tensor targets)
    {
        using var none = tensor(TokenLoss.Ignored, device: targets.device);
        using var counts = targets.ne(none);
        return counts.sum(1, type: ScalarType.Float32);
    }
}
