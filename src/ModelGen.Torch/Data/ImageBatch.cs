using ModelGen.Evaluation;
using static TorchSharp.torch;

namespace ModelGen.Data;

/// <summary>Pictures for one step, and their labels where they have any. Disposing it frees both.</summary>
/// <param name="Images">float32 [batch, channels, height, width], from 0 to 1.</param>
/// <param name="Labels">int64 [batch], the class of each; null where pictures have none.</param>
public readonly record struct ImageBatch(Tensor Images, Tensor? Labels) : IDisposable
{
    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Images.Dispose();
        Labels?.Dispose();
    }
}
