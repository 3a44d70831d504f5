using ModelGen.Native;
using ModelGen.Objectives;
using ModelGen.Training;
using static TorchSharp.torch;

namespace ModelGen.Losses;

/// <summary>
/// The cross-entropy −log softmax(x)[target] of tokens with logits x, in nats. In training, label smoothing s makes the target distribution
/// 1 − s on the target plus s spread evenly over all tokens (Szegedy et al. 2016, section 7), and z-loss adds z · (log Σ exp x)²
/// (Chowdhery et al. 2022, section 5); both are means over the targets that count.
/// </summary>
/// <param name="options">What training adds, checked.</param>
/// <param name="ignored">The target that does not count; null if all do.</param>
internal sealed class TokenLoss(TokenLossOptions options, long? ignored)
{
    /// <summary>Libtorch's target for what does not count, which is no token's id.</summary>
    public const long Ignored = -100;

    /// <summary>
    /// What the loss of a token needs besides the logits and their gradient, in whose place its log-probabilities are: the gradient of
    /// these, and another for each addition.
    /// </summary>
    /// <param name="vocabulary">The number of logits.</param>
    /// <returns>Bytes.</returns>
    public long Bytes(int vocabulary) =>
        (1L + (options.LabelSmoothing > 0 ? 1 : 0) + (options.ZLoss > 0 ? 1 : 0)) * sizeof(float) * vocabulary;

    /// <summary>The sum of the cross-entropies alone, as validation measures it.</summary>
    /// <param name="logits">[…, vocabulary].</param>
    /// <param name="targets">int64 […].</param>
    /// <returns>A scalar, which the caller disposes.</returns>
    public Tensor CrossEntropy(Tensor logits, Tensor targets)
    {
        using var scores = logits.view(-1, logits.size(-1));
        using var wanted = targets.reshape(-1);
        return nn.functional.cross_entropy(scores, wanted, ignore_index: ignored ?? Ignored, reduction: nn.Reduction.Sum);
    }

    /// <summary>The loss to train with, as a mean.</summary>
    /// <param name="logits">[…, vocabulary].</param>
    /// <param name="targets">int64 […], at least one of which counts unless there is a divisor.</param>
    /// <param name="divisor">What the sum is divided by, a scalar; null for the number of targets that count.</param>
    /// <returns>The loss and its parts, which the caller disposes.</returns>
    public StepLoss Mean(Tensor logits, Tensor targets, Tensor? divisor = null)
    {
        using var scores = logits.view(-1, logits.size(-1)); // [N, vocabulary]
        using var wanted = targets.reshape(-1);
        var loss = nn.functional.cross_entropy(
            scores,
            wanted,
            ignore_index: ignored ?? Ignored,
            reduction: divisor is null ? nn.Reduction.Mean : nn.Reduction.Sum,
            label_smoothing: options.LabelSmoothing
        );
        if (divisor is not null)
        {
            using var sum = loss;
            loss = sum.div(divisor);
        }

        if (options.ZLoss == 0)
        {
            return new StepLoss(loss);
        }

        using (loss)
        using (var z = SquaredLogSum(scores, wanted, divisor))
        using (var weighed = z.Times(options.ZLoss))
        {
            return new StepLoss(loss.Plus(weighed), ("z_loss", z.detach()));
        }
    }

    private Tensor SquaredLogSum(Tensor scores, Tensor wanted, Tensor? divisor)
    {
        using var logSums = scores.logsumexp(-1);
        using var squares = logSums.Squared(); // [N]
        if (ignored is not { } none)
        {
            return squares.mean();
        }

        // Without a selection, whose size only the device knows.
        using var id = tensor(none, device: wanted.device);
        using var isCounted = wanted.ne(id);
        using var counts = isCounted.to(squares.dtype);
        using var counted = squares * counts;
        using var sum = counted.sum();
        using var number = counts.sum();
        return sum.div(divisor ?? number);
    }
}
