using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Layers;

/// <summary>softmax(Q Kᵀ / sqrt(n / heads)) V by its formula: one sequence, head and position after the other, in double precision.</summary>
/// <param name="heads">How many heads queries have.</param>
internal sealed class AttentionFormula(int heads)
{
    /// <summary>How many heads keys and values have; null for as many.</summary>
    public int? Groups { get; init; }

    public bool IsCausal { get; init; }

    public int Window { get; init; } = int.MaxValue;

    public bool HasBias { get; init; } = true;

    public bool HasNorm { get; init; }

    /// <summary>How much a score falls with each step of distance, for each head.</summary>
    public double[]? Slopes { get; init; }

    /// <summary>The angle by which position t turns element i, and the element that it is turned with; the lower of the two is the first
    /// of the pair.</summary>
    public Func<int, int, (double Angle, int Other)>? Angle { get; init; }

    /// <summary>The result for x [batch, T, n], with the weights of a layer of the word.</summary>
    public Tensor Of(Tensor x, Func<string, Tensor> s)
    {
        var (batch, length, width) = ((int)x.shape[0], (int)x.shape[1], (int)x.shape[2]);
        var size = width / heads;
        var groups = Groups ?? heads;
        var (query, key, value) =
            groups == heads
                ? (Mapped("qkv", 0, width), Mapped("qkv", width, width), Mapped("qkv", 2 * width, width))
                : (Mapped("query", 0, width), Mapped("key_value", 0, groups * size), Mapped("key_value", groups * size, groups * size));
        var merged = new double[batch, length, width];
        for (var b = 0; b < batch; b++)
        {
            for (var h = 0; h < heads; h++)
            {
                var shared = h / (heads / groups);
                for (var t = 0; t < length; t++)
                {
                    var q = Placed(query, b, t, h, "query_norm");
                    var seen = Enumerable
                        .Range(0, length)
                        .Where(other => (!IsCausal || other <= t) && Math.Abs(other - t) < Window)
                        .ToList();
                    var powers = seen.ConvertAll(other =>
                        Math.Exp(
                            (q.Zip(Placed(key, b, other, shared, "key_norm"), static (a, k) => a * k).Sum() / Math.Sqrt(size))
                                - ((Slopes?[h] ?? 0) * Math.Abs(other - t))
                        )
                    );
                    for (var i = 0; i < size; i++)
                    {
                        merged[b, t, (h * size) + i] =
                            seen.Zip(powers, (other, power) => power * value[b, other, (shared * size) + i]).Sum() / powers.Sum();
                    }
                }
            }
        }

        return Linear(tensor(merged), "projection").to(ScalarType.Float32);

        double[,,] Mapped(string name, int from, int count)
        {
            var (mapped, result) = (Linear(x, name), new double[batch, length, count]);
            for (var i = 0; i < result.Length; i++)
            {
                var (b, t, place) = (i / count / length, i / count % length, i % count);
                result[b, t, place] = mapped[b, t, from + place].item<double>();
            }

            return result;
        }

        Tensor Linear(Tensor input, string name)
        {
            var product = einsum("bti,oi->bto", input.to(ScalarType.Float64), s($"self_attention.{name}.weight").to(ScalarType.Float64));
            return HasBias ? product + s($"self_attention.{name}.bias") : product;
        }

        // A head's query or key, normalised and turned.
        double[] Placed(double[,,] vectors, int b, int t, int head, string norm)
        {
            var vector = Enumerable.Range(0, size).Select(i => vectors[b, t, (head * size) + i]).ToArray();
            if (HasNorm)
            {
                var root = Math.Sqrt(vector.Average(static value => value * value) + 1e-6);
                var weight = s($"self_attention.{norm}.weight");
                vector = [.. vector.Select((value, i) => value / root * weight[i].item<float>())];
            }

            return Angle is null
                ? vector
                :
                [
                    .. vector.Select(
                        (value, i) =>
                        {
                            var (angle, other) = Angle(t, i);
                            return (value * Math.Cos(angle)) + (vector[other] * Math.Sin(angle) * (i < other ? -1 : 1));
                        }
                    ),
                ];
        }
    }
}
