using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Losses;

/// <summary>
/// <c>top_<i>k</i>_accuracy</c>, the fraction of samples whose class is among the k with the highest scores (Russakovsky et al. 2015,
/// "ImageNet large scale visual recognition challenge").
/// </summary>
public sealed record TopAccuracy : SupervisedMetrics
{
    private readonly int _count;

    /// <summary>Makes the metric.</summary>
    /// <param name="count">k, at least 1; at most the number of classes.</param>
    /// <exception cref="ArgumentOutOfRangeException">k is less than 1.</exception>
    public TopAccuracy(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _count = count;
    }

    /// <inheritdoc/>
    /// <exception cref="ModelGenException">The output has fewer classes than k, or the targets are no classes.</exception>
    public override IReadOnlyList<(string Name, Tensor PerSample)> Measure(Tensor output, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(target);
        if (output.dim() != 2 || target.dtype != ScalarType.Int64)
        {
            throw new ModelGenException($"{nameof(TopAccuracy)} takes scores [batch, classes] and a class for each sample.");
        }

        if (output.size(1) < _count)
        {
            throw new ModelGenException($"The {_count} highest of {output.size(1)} scores were asked for; take a smaller number.");
        }

        using var scope = NewDisposeScope();
        var (_, classes) = output.topk(_count, dim: 1);
        var isAmong = (classes == target.unsqueeze(1)).any(1);
        return [($"top_{_count}_accuracy", isAmong.to(ScalarType.Float32).MoveToOuterDisposeScope())];
    }
}
