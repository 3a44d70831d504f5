using static TorchSharp.torch;

namespace ModelGen.Losses;

/// <summary>Metrics of a network's output and its target, sample by sample, which validation reports besides the loss.</summary>
public abstract record SupervisedMetrics
{
    /// <summary>Measures a batch.</summary>
    /// <param name="output">The network's output, [batch, …].</param>
    /// <param name="target">The target: float32 of the output's shape, or int64 [batch] for classes.</param>
    /// <returns>The name of each metric, the same at every call, and its value for each sample, [batch], whose mean is reported; the caller
    /// disposes them.</returns>
    public abstract IReadOnlyList<(string Name, Tensor PerSample)> Measure(Tensor output, Tensor target);
}
