using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>
/// Attention by its formula (Vaswani et al. 2017, equation 1). libtorch's own function is faster, but its fused kernels cannot be
/// differentiated twice, as gradient penalties on a discriminator require.
/// </summary>
public static class Attention
{
    /// <summary>softmax(Q Kᵀ / √n) V.</summary>
    /// <param name="query">Q, [batch, heads, T, n].</param>
    /// <param name="key">K, [batch, heads, S, n].</param>
    /// <param name="value">V, [batch, heads, S, m].</param>
    /// <param name="dropout">The probability of dropping a weight, from 0 to 1; kept weights are scaled by 1 / (1 − dropout).</param>
    /// <param name="isCausal">Whether a position attends only to itself and earlier ones; T and S must then be equal.</param>
    /// <returns>[batch, heads, T, m]; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The shapes do not match.</exception>
    public static Tensor ScaledDotProduct(Tensor query, Tensor key, Tensor value, double dropout = 0, bool isCausal = false)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        CheckShapes(query, key, value, isCausal);
        using var turned = key.transpose(-2, -1);
        using var products = query.matmul(turned); // [batch, heads, T, S]
        using var scores = products.DividedBy(Math.Sqrt(query.size(-1)));
        using var seen = isCausal ? Masked(scores) : scores.alias();
        using var weights = Softmax(seen);
        using var kept = dropout > 0 ? nn.functional.dropout(weights, dropout) : weights.alias();
        return kept.matmul(value);
    }

    private static void CheckShapes(Tensor query, Tensor key, Tensor value, bool isCausal)
    {
        // Sizes one by one: reading a whole shape allocates an array each time.
        if (
            query.dim() != 4
            || key.dim() != 4
            || value.dim() != 4
            || query.size(0) != key.size(0)
            || query.size(1) != key.size(1)
            || query.size(3) != key.size(3)
            || key.size(0) != value.size(0)
            || key.size(1) != value.size(1)
            || key.size(2) != value.size(2)
        )
        {
            throw new ArgumentException(
                "Attention takes a query [batch, heads, T, n], a key [batch, heads, S, n] and a value [batch, heads, S, m]; it "
                    + $"got {Shapes()}.",
                nameof(query)
            );
        }

        if (isCausal && query.size(2) != key.size(2))
        {
            throw new ArgumentException(
                $"Causal attention needs a query as long as the key and the value; it got {Shapes()}.",
                nameof(query)
            );
        }

        string Shapes() => $"[{string.Join(", ", query.shape)}], [{string.Join(", ", key.shape)}] and [{string.Join(", ", value.shape)}]";
    }

    // In 16-bit types the sum of the weights would be rounded.
    private static Tensor Softmax(Tensor scores)
    {
        if (scores.dtype is not (ScalarType.BFloat16 or ScalarType.Float16))
        {
            return scores.softmax(-1);
        }

        using var weights = scores.softmax(-1, ScalarType.Float32);
        return weights.to(scores.dtype);
    }

    private static Tensor Masked(Tensor scores)
    {
        var length = scores.size(-1);
        using var all = ones([length, length], dtype: ScalarType.Bool, device: scores.device);
        using var later = all.triu(1);
        return scores.MaskedFill(later, double.NegativeInfinity);
    }
}
