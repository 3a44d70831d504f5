using static TorchSharp.torch;

namespace ModelGen.Data;

/// <summary>Pairs of texts as tokens, filled up to the longest of the batch.</summary>
/// <param name="Source">What is read, int64 [batch, S].</param>
/// <param name="Input">What the decoder has written before each token of the target, int64 [batch, T], from the padding token on.</param>
/// <param name="Target">The target and the token that ends it, int64 [batch, T].</param>
/// <param name="TokenCount">How many tokens of the targets are not padding.</param>
public sealed record PairBatch(Tensor Source, Tensor Input, Tensor Target, long TokenCount) : IDisposable
{
    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Source.Dispose();
        Input.Dispose();
        Target.Dispose();
    }
}
