namespace ModelGen.EndToEnd.Tests.Weights;

/// <summary>The formulas of transformers in loops over doubles, each position a row.</summary>
internal static class PlainMath
{
    /// <summary>(x - mean) / sqrt(variance + epsilon) * weight + bias.</summary>
    public static double[][] LayerNorm(double[][] x, float[] weight, float[] bias, double epsilon) =>
        [
            .. x.Select(row =>
            {
                var mean = row.Average();
                var variance = row.Average(value => (value - mean) * (value - mean));
                return row.Select((value, i) => ((value - mean) / Math.Sqrt(variance + epsilon) * weight[i]) + bias[i]).ToArray();
            }),
        ];

    /// <summary>x / sqrt(mean of x² + epsilon) * weight.</summary>
    public static double[][] RmsNorm(double[][] x, float[] weight, double epsilon) =>
        [
            .. x.Select(row =>
            {
                var scale = Math.Sqrt(row.Average(static value => value * value) + epsilon);
                return row.Select((value, i) => value / scale * weight[i]).ToArray();
            }),
        ];

    /// <summary>x W + b with W [in, out], the form of GPT-2's published code.</summary>
    public static double[][] TimesMatrix(double[][] x, float[] weight, float[]? bias)
    {
        var (inputs, outputs) = (x[0].Length, weight.Length / x[0].Length);
        return
        [
            .. x.Select(row =>
                Enumerable
                    .Range(0, outputs)
                    .Select(o => Enumerable.Range(0, inputs).Sum(i => row[i] * weight[(i * outputs) + o]) + (bias?[o] ?? 0))
                    .ToArray()
            ),
        ];
    }

    /// <summary>x Wᵀ + b with W [out, in].</summary>
    public static double[][] TimesRows(double[][] x, float[] weight, float[]? bias = null)
    {
        var (inputs, outputs) = (x[0].Length, weight.Length / x[0].Length);
        return
        [
            .. x.Select(row =>
                Enumerable
                    .Range(0, outputs)
                    .Select(o => Enumerable.Range(0, inputs).Sum(i => row[i] * weight[(o * inputs) + i]) + (bias?[o] ?? 0))
                    .ToArray()
            ),
        ];
    }

    public static double[][] Sum(double[][] a, double[][] b) =>
        [.. a.Zip(b, static (left, right) => left.Zip(right, static (one, two) => one + two).ToArray())];

    /// <summary>softmax(q kᵀ / sqrt(n)) v for each head; several heads may share a key and a value.</summary>
    public static double[][] Attend(double[][] q, double[][] k, double[][] v, int heads, int groups, bool isCausal)
    {
        var size = q[0].Length / heads;
        var result = q.Select(static row => new double[row.Length]).ToArray();
        for (var head = 0; head < heads; head++)
        {
            var (at, from) = (head * size, head / (heads / groups) * size);
            for (var t = 0; t < q.Length; t++)
            {
                var scores = Enumerable
                    .Range(0, isCausal ? t + 1 : k.Length)
                    .Select(s => Enumerable.Range(0, size).Sum(i => q[t][at + i] * k[s][from + i]) / Math.Sqrt(size))
                    .ToArray();
                var exponentials = scores.Select(score => Math.Exp(score - scores.Max())).ToArray();
                for (var i = 0; i < size; i++)
                {
                    result[t][at + i] = exponentials.Select((weight, s) => weight / exponentials.Sum() * v[s][from + i]).Sum();
                }
            }
        }

        return result;
    }

    /// <summary>Rotates element i of the first half of each head with element i of the second half by t · base^(−2i/n).</summary>
    public static double[][] Rotate(double[][] x, int heads, double @base)
    {
        var size = x[0].Length / heads;
        return
        [
            .. x.Select(
                (row, t) =>
                {
                    var turned = new double[row.Length];
                    for (var i = 0; i < row.Length; i++)
                    {
                        var (head, within) = (i / size, i % size);
                        var pair = within % (size / 2);
                        var angle = t * Math.Pow(@base, -2.0 * pair / size);
                        var (first, second) = (row[(head * size) + pair], row[(head * size) + pair + (size / 2)]);
                        turned[i] =
                            within < size / 2
                                ? (first * Math.Cos(angle)) - (second * Math.Sin(angle))
                                : (second * Math.Cos(angle)) + (first * Math.Sin(angle));
                    }

                    return turned;
                }
            ),
        ];
    }
}
