using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Decoding;

/// <summary>What layers compute of one vector, the same whatever vectors are beside it.</summary>
internal static unsafe class RowKernels
{
    private const int Width = 16;

    /// <summary>x / √(mean of x² + ε) · weight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RmsNorm(float* x, float* weight, float epsilon, int length, float* y)
    {
        var sums = Vector512<float>.Zero;
        var i = 0;
        for (; i + Width <= length; i += Width)
        {
            var values = Vector512.Load(x + i);
            sums = Vector512.FusedMultiplyAdd(values, values, sums);
        }

        var sum = Vector512.Sum(sums);
        for (; i < length; i++)
        {
            sum += x[i] * x[i];
        }

        var scale = 1 / MathF.Sqrt((sum / length) + epsilon);
        var scales = Vector512.Create(scale);
        for (i = 0; i + Width <= length; i += Width)
        {
            (Vector512.Load(x + i) * scales * Vector512.Load(weight + i)).Store(y + i);
        }

        for (; i < length; i++)
        {
            y[i] = x[i] * scale * weight[i];
        }
    }

    /// <summary>(x − mean) / √(variance + ε) · weight + bias.</summary>
    /// <param name="x">The vector.</param>
    /// <param name="weight">The weight; null for ones.</param>
    /// <param name="bias">The bias; null for zeros.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="length">How many elements there are.</param>
    /// <param name="y">Takes the result.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void LayerNorm(float* x, float* weight, float* bias, float epsilon, int length, float* y)
    {
        var sums = Vector512<float>.Zero;
        var i = 0;
        for (; i + Width <= length; i += Width)
        {
            sums += Vector512.Load(x + i);
        }

        var sum = Vector512.Sum(sums);
        for (; i < length; i++)
        {
            sum += x[i];
        }

        var mean = sum / length;
        var means = Vector512.Create(mean);
        sums = Vector512<float>.Zero;
        for (i = 0; i + Width <= length; i += Width)
        {
            var distance = Vector512.Load(x + i) - means;
            sums = Vector512.FusedMultiplyAdd(distance, distance, sums);
        }

        sum = Vector512.Sum(sums);
        for (; i < length; i++)
        {
            sum += (x[i] - mean) * (x[i] - mean);
        }

        var scale = 1 / MathF.Sqrt((sum / length) + epsilon);
        var scales = Vector512.Create(scale);
        for (i = 0; i + Width <= length; i += Width)
        {
            var value = (Vector512.Load(x + i) - means) * scales;
            value = weight is null ? value : value * Vector512.Load(weight + i);
            value = bias is null ? value : value + Vector512.Load(bias + i);
            value.Store(y + i);
        }

        for (; i < length; i++)
        {
            var value = (x[i] - mean) * scale;
            value = weight is null ? value : value * weight[i];
            y[i] = bias is null ? value : value + bias[i];
        }
    }

    /// <summary>Rotates the pairs of a vector by the angles of a position.</summary>
    /// <param name="x">The vector.</param>
    /// <param name="cosines">The cosine for each element.</param>
    /// <param name="sines">The sine for each, negative for the first of a pair.</param>
    /// <param name="length">How many elements there are.</param>
    /// <param name="pairsNeighbours">Whether a pair is two neighbours rather than one of each half.</param>
    /// <param name="y">Takes the result.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rotate(float* x, float* cosines, float* sines, int length, bool pairsNeighbours, float* y)
    {
        var half = length / 2;
        for (var i = 0; i < length; i++)
        {
            var other =
                pairsNeighbours ? i ^ 1
                : i < half ? i + half
                : i - half;
            y[i] = (x[i] * cosines[i]) + (x[other] * sines[i]);
        }
    }

    /// <summary>x / (1 + e⁻ˣ) for each element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Silu(float* x, long length, float* y)
    {
        var i = 0L;
        for (; i + Width <= length; i += Width)
        {
            Silu(Vector512.Load(x + i)).Store(y + i);
        }

        for (; i < length; i++)
        {
            y[i] = Silu(Vector512.Create(x[i]))[0];
        }
    }

    /// <summary>x Φ(x) for each element, where Φ is the normal distribution's (Hendrycks and Gimpel 2016).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gelu(float* x, long length, float* y)
    {
        var i = 0L;
        for (; i + Width <= length; i += Width)
        {
            Gelu(Vector512.Load(x + i)).Store(y + i);
        }

        for (; i < length; i++)
        {
            y[i] = Gelu(Vector512.Create(x[i]))[0];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Silu(Vector512<float> x) => x / (Vector512<float>.One + Vector512.Exp(-x));

    // 1 − Φ(|x|) = erfc(|x| / √2) / 2, by Abramowitz and Stegun 1964, 7.1.26, whose error is at most 1.5e-7.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Gelu(Vector512<float> x)
    {
        var z = Vector512.Abs(x) * Vector512.Create(0.70710678f);
        var t = Vector512<float>.One / Vector512.FusedMultiplyAdd(Vector512.Create(0.3275911f), z, Vector512<float>.One);
        var p = Vector512.FusedMultiplyAdd(Vector512.Create(1.061405429f), t, Vector512.Create(-1.453152027f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(1.421413741f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(-0.284496736f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(0.254829592f));
        var tail = p * t * Vector512.Exp(-z * z) * Vector512.Create(0.5f); // 1 − Φ(|x|)
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), x * tail, Vector512.FusedMultiplyAdd(-x, tail, x));
    }
}
