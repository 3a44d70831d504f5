using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Losses;

/// <summary>−log softmax(x)[class] with scores (logits) x [batch, classes], like PyTorch's <c>CrossEntropyLoss</c>.</summary>
/// <remarks>
/// With label smoothing s the target distribution is 1 − s on the class plus s spread evenly over all classes, that one included
/// (Szegedy et al. 2016, "Rethinking the Inception architecture", section 7). The metric <c>accuracy</c> is the fraction of samples whose
/// highest score is that of their class.
/// With weights w for the classes, −log softmax(x)[c] counts w[c] times, for the class as for what smoothing spreads, and the mean is
/// Σ w[class] loss / Σ w[class] over the samples, as PyTorch has it: one weight for all classes is as good as none.
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

    /// <summary>A weight for each class, in the order of their numbers, each above 0; null if all are alike.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A weight is not above 0, or not finite.</exception>
    public IReadOnlyList<double>? ClassWeights
    {
        get;
        init =>
            field =
                value is null || value.All(static weight => weight > 0 && double.IsFinite(weight))
                    ? value
                    : throw new ArgumentOutOfRangeException(
                        nameof(ClassWeights),
                        string.Join(", ", value),
                        "The weight of a class must be above 0 and finite."
                    );
    }

    /// <inheritdoc/>
    public override bool IsOfClasses => true;

    /// <inheritdoc/>
    public override Tensor PerSample(Tensor output, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(output);
        using var single = WeightOfEach(output.device);
        using var weights = single?.to(output.dtype);
        return nn.functional.cross_entropy(output, target, weights, reduction: nn.Reduction.None, label_smoothing: LabelSmoothing);
    }

    /// <inheritdoc/>
    public override Tensor? Weights(Tensor target)
    {
        ArgumentNullException.ThrowIfNull(target);
        using var weights = WeightOfEach(target.device);
        return weights?.index_select(0, target);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, Tensor PerSample)> Figures(Tensor output, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(output);
        using var highest = output.argmax(1);
        using var isRight = highest == target;
        return [("accuracy", isRight.to(ScalarType.Float32))];
    }

    internal override void CheckClasses(int classes)
    {
        if (ClassWeights is { } weights && weights.Count != classes)
        {
            throw new ModelGenException(
                $"The loss has weights for {weights.Count} classes, but the data have {classes}; give one for each class."
            );
        }
    }

    // float32 [classes]
    private Tensor? WeightOfEach(Device device) =>
        ClassWeights is { } weights ? tensor(weights.Select(static weight => (float)weight).ToArray(), device: device) : null;
}
