using static TorchSharp.torch;

namespace ModelGen.Training;

/// <summary>The loss of one batch and what it is made of.</summary>
/// <param name="Total">The scalar to differentiate.</param>
/// <param name="Parts">Scalars to report beside it, under their names in metrics, which no other phase of the objective has, without a
/// gradient.</param>
public sealed record StepLoss(Tensor Total, params IReadOnlyList<(string Name, Tensor Value)> Parts) : IDisposable
{
    /// <summary>
    /// The part of the batch's loss that this one is, above 0: the shares of all parts of a batch are 1 together. Null for the part of the
    /// samples that it is of, which is right for means over samples; a mean over tokens that count, for example, has its count of those
    /// over the batch's.
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
