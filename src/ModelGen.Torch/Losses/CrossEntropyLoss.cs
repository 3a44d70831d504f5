using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Losses;

/// <summary>−log softmax(x)[class] with scores (logits) x [batch, classes], like PyTorch's <c>CrossEntropyLoss</c>.</summary>
/// <remarks>
/// With label smoothing s the target distribution is 1 − s on the class plus s spread evenly over all classes, that one included
/// (Szegedy et al. 2016, "Rethinking the Inception architecture", section 7). The metric <c>accuracy</c> is the fraction of samples whose
/// highest score is that of their class.
/// </remarks>
public sealed record CrossEntropyLoss : SupervisedLoss
{
    /// <summary>The probability that is spread evenly over all classes, at least 0 and below 1.</summary>
    public double LabelSmoothing
    {
        get;
        init =>
            field = value is >= 0 and < 1
                ? value
                : throw new ArgumentOutOfRangeException(nameof(LabelSmoothing), value, "Label smoothing must be at least 0 and below 1.");
    }

    /// <inheritdoc/>
    public override bool IsOfClasses => true;

    /// <inheritdoc/>
    public override Tensor PerSample(Tensor output, Tensor target) =>
        nn.functional.cross_entropy(output, target, reduction: nn.Reduction.None, label_smoothing: LabelSmoothing);

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, Tensor PerSample)> Figures(Tensor output, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(output);
        using var highest = output.argmax(1);
        using var isRight = highest == target;
        return [("accuracy", isRight.to(ScalarType.Float32))];
    }
}
