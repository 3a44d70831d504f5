using static TorchSharp.torch;

namespace ModelGen.Training;

/// <summary>The loss of one batch and what it is made of.</summary>
/// <param name="Total">The scalar to differentiate.</param>
/// <param name="Parts">Scalars to report beside it, under their names in metrics, which no other phase of the objective has, without a gradient.</param>
public sealed record StepLoss(Tensor Total, params IReadOnlyList<(string Name, Tensor Value)> Parts) : IDisposable
{
    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Total.Dispose();
        foreach (var (_, value) in Parts)
            value.Dispose();
    }
}
