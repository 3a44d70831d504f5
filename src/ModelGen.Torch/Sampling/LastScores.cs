using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Sampling;

/// <summary>The scores of the token that comes next.</summary>
internal static class LastScores
{
    /// <summary>Copies those of the last position to the CPU.</summary>
    /// <param name="scores">The scores of one sequence, [1, T, vocabulary].</param>
    /// <param name="target">As many as the tokenizer has tokens, which may be fewer than the model's.</param>
    public static void CopyTo(Tensor scores, float[] target)
    {
        using var scope = NewDisposeScope();
        scores.select(1, -1).squeeze(0).narrow(0, 0, target.Length).to(ScalarType.Float32).cpu().contiguous().data<float>().CopyTo(target);
    }
}
