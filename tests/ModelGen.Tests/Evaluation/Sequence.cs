using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Evaluation;

/// <summary>
/// Numbers that C# and Python make alike. The tests' golden numbers come from numpy 1.24.2 and scipy 1.10.1 on
/// <code>
/// def lcg(seed, n):
///     x, out = seed, []
///     for _ in range(n):
///         x = (1664525 * x + 1013904223) % 2**32
///         out.append(x / 2**32)
///     return np.array(out)
/// def points(seed, n, d, scale=0.0, shift=0.0):
///     return lcg(seed, n * d).reshape(n, d) * (1 + scale * np.arange(d)) + shift * np.arange(d)
/// </code>
/// </summary>
internal static class Sequence
{
    public static double[] Uniform(uint seed, int count)
    {
        var values = new double[count];
        for (var index = 0; index < count; index++)
        {
            seed = unchecked((1664525 * seed) + 1013904223);
            values[index] = seed / 4294967296.0;
        }

        return values;
    }

    public static Tensor Points(uint seed, int count, int dimension, double scale = 0, double shift = 0)
    {
        using var scope = NewDisposeScope();
        var columns = arange(dimension, dtype: ScalarType.Float64);
        var uniform = tensor(Uniform(seed, count * dimension)).reshape(count, dimension);
        return ((uniform * (1 + (scale * columns))) + (shift * columns)).MoveToOuterDisposeScope();
    }
}
