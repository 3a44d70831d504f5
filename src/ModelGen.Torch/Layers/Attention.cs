using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>Scaled dot-product attention (Vaswani et al. 2017, equation 1) as far as TorchSharp's own function does not go.</summary>
public static class Attention
{
    /// <summary>softmax(Q Kᵀ / √n) V.</summary>
    /// <param name="query">Q, [batch, heads, T, n].</param>
    /// <param name="key">K, [batch, groups, S, n]: as many consecutive heads as there are in a group share a key (Ainslie et al. 2023,
    /// "GQA").</param>
    /// <param name="value">V, [batch, groups, S, m].</param>
    /// <param name="dropout">The probability of dropping a weight, from 0 to 1; kept weights are scaled by 1 / (1 − dropout).</param>
    /// <param name="isCausal">Whether a position attends only to itself and earlier ones; T and S must then be equal.</param>
    /// <param name="window">A position attends only to those less than this away, at least 1 (Beltagy et al. 2020, "Longformer"); null for
    /// all. T and S must then be equal.</param>
    /// <param name="hasSlopes">Whether a score falls by the distance of the two positions times the slope of its head; see
    /// <see cref="Slopes"/>. T and S must then be equal.</param>
    /// <param name="presence">0 for keys and values that only their own positions see, such as padding, 1 for others, [batch, S]; null if
    /// all are seen. T and S must then be equal, unless <paramref name="isCross"/> is set.</param>
    /// <param name="documents">A position sees only those with its own number, int64 [batch, S], see <see cref="Documents"/>; null if all
    /// are seen. T and S must then be equal.</param>
    /// <param name="isCross">Whether keys and values are of another sequence than queries: what is not present is then seen only if nothing
    /// is.</param>
    /// <param name="isDifferentiatedTwice">Whether the gradient is differentiated in turn, as gradient penalties on a discriminator
    /// require; libtorch's fused kernels, which are faster, do not allow it.</param>
    /// <returns>[batch, heads, T, m]; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The shapes do not match.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="window"/> is less than 1.</exception>
    public static Tensor ScaledDotProduct(
        Tensor query,
        Tensor key,
        Tensor value,
        double dropout = 0,
        bool isCausal = false,
        long? window = null,
        bool hasSlopes = false,
        Tensor? presence = null,
        Tensor? documents = null,
        bool isCross = false,
        bool isDifferentiatedTwice = false
    )
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        if (window is { } reach)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(reach, 1, nameof(window));
        }

        CheckShapes(
            query,
            key,
            value,
            isCausal || window is not null || hasSlopes || documents is not null || (presence is not null && !isCross)
        );
        var (heads, length) = (query.size(1), query.size(2));
        using var keys = ForEachHead(key, heads);
        using var values = ForEachHead(value, heads);
        if (!isDifferentiatedTwice && window is null && !hasSlopes && presence is null && documents is null)
        {
            return nn.functional.scaled_dot_product_attention(query, keys, values, p: dropout, is_casual: isCausal);
        }

        using var hidden = Hidden(length, isCausal, window, presence, isCross, documents, query.device);
        using var bias = hasSlopes ? Bias(heads, length, hidden, query) : null;
        if (!isDifferentiatedTwice)
        {
            using var seen = hidden?.bitwise_not();
            return nn.functional.scaled_dot_product_attention(query, keys, values, bias ?? seen, dropout);
        }

        using var turned = keys.transpose(-2, -1);
        using var products = query.matmul(turned); // [batch, heads, T, S]
        using var scores = products.DividedBy(Math.Sqrt(query.size(-1)));
        using var biased =
            bias is not null ? scores.Plus(bias)
            : hidden is not null ? scores.MaskedFill(hidden, double.NegativeInfinity)
            : scores.alias();
        using var weights = Softmax(biased);
        using var kept = dropout > 0 ? nn.functional.dropout(weights, dropout) : weights.alias();
        return kept.matmul(values);
    }

    /// <summary>
    /// How fast the scores of each head fall with the distance (Press et al. 2022, "Train short, test long"): 2^(−8h/heads) for head h from
    /// 1 on. If the number of heads is no power of 2, the slopes are those for the next lower power, and then every other one of those
    /// for the next higher.
    /// </summary>
    /// <param name="heads">The number of heads, at least 1.</param>
    /// <returns>A slope for each head, all between 0 and 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="heads"/> is less than 1.</exception>
    public static IReadOnlyList<double> Slopes(int heads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(heads, 1);
        var lower = 1 << (int)Math.Log2(heads);
        return [.. OfPower(lower), .. OfPower(2 * lower).Where(static (_, i) => i % 2 == 0).Take(heads - lower)];

        static IEnumerable<double> OfPower(int count) => Enumerable.Range(1, count).Select(h => Math.Pow(2, -8.0 * h / count));
    }

    private static Tensor ForEachHead(Tensor shared, long heads)
    {
        var groups = shared.size(1);
        return groups == heads ? shared.alias() : shared.repeat_interleave(heads / groups, 1);
    }

    // Which positions a position does not see, [T, T], or [batch, 1, T or 1, S] if that depends on the sequence; null where it sees all.
    private static Tensor? Hidden(
        long length,
        bool isCausal,
        long? window,
        Tensor? presence,
        bool isCross,
        Tensor? documents,
        Device device
    )
    {
        if (presence is null && documents is null)
        {
            return Hidden(length, isCausal, window, device);
        }

        using var scope = NewDisposeScope();
        if (presence is not null && isCross)
        {
            // A row without any key would be no number.
            var present = presence.to(ScalarType.Bool).view(presence.size(0), 1, 1, -1);
            return present.bitwise_not().bitwise_and(present.any(-1, keepdim: true)).MoveToOuterDisposeScope();
        }

        var hidden = Hidden(length, isCausal, window, device);
        if (presence is not null)
        {
            // Otherwise a row without any key would be no number.
            var others = eye(length, dtype: ScalarType.Bool, device: device).bitwise_not();
            var absent = presence.to(ScalarType.Bool).bitwise_not().view(-1, 1, 1, length).bitwise_and(others);
            hidden = hidden is null ? absent : absent.bitwise_or(hidden);
        }

        if (documents is not null)
        {
            var foreign = documents.view(-1, 1, length, 1).ne(documents.view(-1, 1, 1, length));
            hidden = hidden is null ? foreign : foreign.bitwise_or(hidden);
        }

        return hidden!.MoveToOuterDisposeScope();
    }

    private static Tensor? Hidden(long length, bool isCausal, long? window, Device device)
    {
        // Whatever is as far away as the sequence is long does not exist.
        var reach = window < length ? window : null;
        if (!isCausal && reach is null)
        {
            return null;
        }

        using var all = ones([length, length], dtype: ScalarType.Bool, device: device);
        var after = all.triu(isCausal ? 1 : reach!.Value);
        if (reach is not { } far)
        {
            return after;
        }

        using (after)
        using (var before = all.tril(-far))
        {
            return before.bitwise_or(after);
        }
    }

    // −slope · distance for each head [heads, T, T], or [batch, heads, T, T], and −∞ for what is hidden.
    private static Tensor Bias(long heads, long length, Tensor? hidden, Tensor query)
    {
        using var scope = NewDisposeScope();
        var positions = Numbers.Range(length, ScalarType.Float32, query.device);
        var distances = (positions.unsqueeze(0) - positions.unsqueeze(1)).abs();
        var slopes = tensor([.. Slopes((int)heads).Select(static slope => (float)-slope)], [heads, 1, 1], device: query.device);
        var bias = distances * slopes;
        return (hidden is null ? bias : bias.MaskedFill(hidden, double.NegativeInfinity)).to(query.dtype).MoveToOuterDisposeScope();
    }

    private static void CheckShapes(Tensor query, Tensor key, Tensor value, bool isSquare)
    {
        // Sizes one by one: reading a whole shape allocates an array each time.
        if (
            query.dim() != 4
            || key.dim() != 4
            || value.dim() != 4
            || query.size(0) != key.size(0)
            || key.size(1) == 0
            || query.size(1) % key.size(1) != 0
            || query.size(3) != key.size(3)
            || key.size(0) != value.size(0)
            || key.size(1) != value.size(1)
            || key.size(2) != value.size(2)
        )
        {
            throw new ArgumentException(
                "Attention takes a query [batch, heads, T, n], a key [batch, groups, S, n] and a value [batch, groups, S, m], where "
                    + $"groups divides heads; it got {Shapes()}.",
                nameof(query)
            );
        }

        if (isSquare && query.size(2) != key.size(2))
        {
            throw new ArgumentException(
                $"Attention that is causal, or has a window, slopes, a presence or documents, needs a query as long as the key and "
                    + $"the value; it got {Shapes()}.",
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
}
