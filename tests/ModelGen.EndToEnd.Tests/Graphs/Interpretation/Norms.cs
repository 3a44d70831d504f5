using ModelGen.Compiler.Operations;

namespace ModelGen.EndToEnd.Tests.Graphs.Interpretation;

/// <summary>Numbers, or weights, measured by their own figures.</summary>
internal static class Norms
{
    public static void AddTo(Meanings meanings)
    {
        meanings.Add<LayerNorm>(
            static (op, x) =>
            {
                var (weight, bias) = (x[1].Values, x.Length > 2 ? x[2].Values : new double[x[1].Values.Length]);
                return Standardised(x[0], weight.Length, op.Epsilon)
                    .Each((value, i) => (value * weight[i % weight.Length]) + bias[i % weight.Length]);
            }
        );
        meanings.Add<RmsNorm>(
            static (op, x) =>
            {
                var weight = x[1].Values;
                var roots = x[0]
                    .Values.Chunk(weight.Length)
                    .Select(run => Math.Sqrt(run.Average(static value => value * value) + op.Epsilon))
                    .ToArray();
                return x[0].Each((value, i) => value / roots[i / weight.Length] * weight[i % weight.Length]);
            }
        );
        meanings.Add<GroupNorm>(
            static (op, x) =>
            {
                var (_, channels, places) = x[0].Around(1);
                var standardised = Standardised(x[0], channels / op.Groups * places, op.Epsilon);
                return ByChannel(standardised, (value, c) => (value * x[1].Values[c]) + x[2].Values[c]);
            }
        );
        meanings.Add<BatchNorm>(
            static (op, x) =>
                ByChannel(x[0], (value, c) =>
                    ((value - x[3].Values[c]) / Math.Sqrt(x[4].Values[c] + op.Epsilon) * x[1].Values[c]) + x[2].Values[c]
                )
        );
        meanings.Add<SpectralNorm>(static (op, x) => Divided(x[0], x[1].Values, x[2].Values, op.Axis));
        meanings.Add<MinibatchDeviation>(static (op, x) => WithDeviation(x[0], op.Group));
    }

    // (x - mean) / sqrt(variance + epsilon) for each run of elements.
    private static Grid Standardised(Grid x, long run, double epsilon)
    {
        var runs = x.Values.Chunk((int)run).Select(static elements => (Mean: elements.Average(), Variance: Variance(elements))).ToArray();
        return x.Each((value, i) => (value - runs[i / run].Mean) / Math.Sqrt(runs[i / run].Variance + epsilon));
    }

    private static Grid ByChannel(Grid x, Func<double, long, double> function)
    {
        var (_, channels, places) = x.Around(1);
        return x.Each((value, i) => function(value, i / places % channels));
    }

    // W / (uᵀ W v), with the elements of an axis as rows.
    private static Grid Divided(Grid weight, double[] u, double[] v, int axis)
    {
        var (_, rows, after) = weight.Around(axis);
        var norm = weight.Values.Select((value, i) => u[i / after % rows] * value * v[(i / after / rows * after) + (i % after)]).Sum();
        return weight.Each(value => value / norm);
    }

    // With n groups, samples i, i + n, i + 2n and so on form one.
    private static Grid WithDeviation(Grid x, long group)
    {
        var (_, batch, sample) = x.Around(0);
        var groups = batch % group == 0 ? batch / group : 1;
        var deviations = Enumerable
            .Range(0, (int)groups)
            .Select(first =>
                Enumerable
                    .Range(0, (int)sample)
                    .Average(element =>
                        Math.Sqrt(Variance([.. x.Values.Where((_, i) => i % sample == element && i / sample % groups == first)]) + 1e-8)
                    )
            )
            .ToArray();
        var (_, channels, places) = x.Around(1);
        var result = new Grid([batch, channels + 1, .. x.Shape[2..]]);
        return result.Each(
            (_, i) =>
                i / places % (channels + 1) is var channel && i / places / (channels + 1) is var at && channel < channels
                    ? x.Values[(((at * channels) + channel) * places) + (i % places)]
                    : deviations[at % groups]
        );
    }

    private static double Variance(double[] values)
    {
        var mean = values.Average();
        return values.Average(value => (value - mean) * (value - mean));
    }
}
