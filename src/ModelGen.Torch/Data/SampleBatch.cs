using ModelGen.Evaluation;
using static TorchSharp.torch;

namespace ModelGen.Data;

/// <summary>Samples for one step, with their labels and targets, if any. Disposing the batch frees its tensors.</summary>
/// <param name="Samples">float32 [batch, …]; images are [batch, channels, height, width], from 0 to 1; texts are tokens, int64
/// [batch, time], filled up to the longest.</param>
/// <param name="Labels">int64 [batch], the class of each sample; null if samples have none.</param>
/// <param name="Targets">float32 [batch, …], the desired network output for each sample; null if samples have none.</param>
public readonly record struct SampleBatch(Tensor Samples, Tensor? Labels, Tensor? Targets = null) : IDisposable
{
    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Samples.Dispose();
        Labels?.Dispose();
        Targets?.Dispose();
    }
}
