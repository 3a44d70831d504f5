using static TorchSharp.torch;

namespace ModelGen.Training;

/// <summary>The loss of one batch and its components.</summary>
/// <param name="Total">The scalar to differentiate.</param>
/// <param name="Parts">Scalars without a gradient to report with it, under metric names that no other phase of the objective uses.</param>
public sealed record StepLoss(Tensor Total, params IReadOnlyList<(string Name, Tensor Value)> Parts) : IDisposable
{
    /// <summary>
    /// The weight of this part in the batch's loss, above 0: the shares of all parts of a batch sum to 1. Null for its share of the
    /// samples, which is right for means over samples; a mean over unmasked tokens, for example, uses their number in the part over that in
    /// the batch.
    /// </summary>
    public double? Share { get; init; }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Total.Dispose();
        foreach (var (_, value) in Parts)
        {
            value.Dispose();
        }
    }
}
