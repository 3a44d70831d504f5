using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Models;

/// <summary>
/// Attention by its formula (Vaswani et al. 2017, equation 1). libtorch's own function is faster, but the gradient of its fused kernels has no
/// gradient itself, as penalties on a discriminator's gradients need.
/// </summary>
public static class Attention
{
    /// <summary>softmax(Q Kᵀ / √n) V.</summary>
    /// <param name="query">Q, [batch, heads, T, n].</param>
    /// <param name="key">K, [batch, heads, T, n].</param>
    /// <param name="value">V, [batch, heads, T, n].</param>
    /// <param name="dropout">The share of the weights that are dropped, from 0 to 1; the others grow by 1 / (1 − share).</param>
    /// <param name="isCausal">Whether a position sees only itself and those before it.</param>
    /// <returns>[batch, heads, T, n]; the caller disposes it.</returns>
    public static Tensor ScaledDotProduct(Tensor query, Tensor key, Tensor value, double dropout = 0, bool isCausal = false)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        using var turned = key.transpose(-2, -1);
        using var products = query.matmul(turned); // [batch, heads, T, T]
        using var scores = products / Math.Sqrt(query.size(-1));
        using var seen = isCausal ? Masked(scores) : scores.alias();
        using var weights = seen.softmax(-1);
        using var kept = dropout > 0 ? nn.functional.dropout(weights, dropout) : weights.alias();
        return kept.matmul(value);
    }

    private static Tensor Masked(Tensor scores)
    {
        var length = scores.size(-1);
        using var all = ones([length, length], dtype: ScalarType.Bool, device: scores.device);
        using var later = all.triu(1);
        return scores.masked_fill(later, double.NegativeInfinity);
    }
}
