namespace ModelGen.EndToEnd.Tests.Layers;

/// <summary>Convolutions and pools by their definition: loops over every place and every element of the window, for any number of axes.</summary>
internal static class Windows
{
    /// <summary>A dense array in row-major order.</summary>
    internal sealed record Grid(double[] Values, long[] Shape)
    {
        public Grid(long[] shape)
            : this(new double[shape.Aggregate(1L, static (product, length) => product * length)], shape)
        {
        }

        public ref double this[params long[] at]
        {
            get
            {
                var index = 0L;
                for (var i = 0; i < at.Length; i++)
                    index = (index * Shape[i]) + at[i];
                return ref Values[index];
            }
        }
    }

    /// <summary>y[b, o, p] = bias[o] + Σ x[b, c, stride p - padding + dilation k] w[o, c, k] over the channels c of the group of o.</summary>
    public static Grid Convolve(Grid x, Grid w, Grid? bias, long[] stride, long[] padding, long[] dilation, long groups)
    {
        var rank = stride.Length;
        var places = Enumerable.Range(0, rank).Select(i => ((x.Shape[i + 2] + (2 * padding[i]) - (dilation[i] * (w.Shape[i + 2] - 1)) - 1) / stride[i]) + 1);
        var y = new Grid([x.Shape[0], w.Shape[0], .. places]);
        foreach (var at in Indices(y.Shape))
        {
            var (output, sum) = (at[1], bias is null ? 0 : bias[at[1]]);
            foreach (var tap in Indices(w.Shape[1..]))
            {
                var channel = (output / (w.Shape[0] / groups) * w.Shape[1]) + tap[0];
                var from = Enumerable.Range(0, rank).Select(i => (stride[i] * at[i + 2]) - padding[i] + (dilation[i] * tap[i + 1])).ToArray();
                if (IsInside(from, x))
                    sum += x[[at[0], channel, .. from]] * w[[output, .. tap]];
            }

            y[at] = sum;
        }

        return y;
    }

    /// <summary>Each x[b, c, p] adds w[c, o, k] times itself to y[b, o, stride p - padding + dilation k].</summary>
    public static Grid ConvolveTransposed(Grid x, Grid w, Grid? bias, long[] stride, long[] padding, long[] dilation, long[] outputPadding, long groups)
    {
        var rank = stride.Length;
        var lengths = Enumerable.Range(0, rank).Select(i => ((x.Shape[i + 2] - 1) * stride[i]) - (2 * padding[i]) + (dilation[i] * (w.Shape[i + 2] - 1)) + outputPadding[i] + 1);
        var y = new Grid([x.Shape[0], w.Shape[1] * groups, .. lengths]);
        foreach (var at in Indices(y.Shape).Where(_ => bias is not null))
            y[at] = bias![at[1]];
        foreach (var at in Indices(x.Shape))
        {
            foreach (var tap in Indices(w.Shape[1..]))
            {
                var channel = (at[1] / (x.Shape[1] / groups) * w.Shape[1]) + tap[0];
                var to = Enumerable.Range(0, rank).Select(i => (stride[i] * at[i + 2]) - padding[i] + (dilation[i] * tap[i + 1])).ToArray();
                if (IsInside(to, y))
                    y[[at[0], channel, .. to]] += x[at] * w[[at[1], .. tap]];
            }
        }

        return y;
    }

    /// <summary>What <paramref name="reduce"/> makes of the elements under each place of the window; padding counts as <paramref name="outside"/>.</summary>
    public static Grid Pool(Grid x, long[] kernel, long[] stride, long[] padding, double outside, Func<IEnumerable<double>, double> reduce)
    {
        var rank = kernel.Length;
        var places = Enumerable.Range(0, rank).Select(i => ((x.Shape[i + 2] + (2 * padding[i]) - kernel[i]) / stride[i]) + 1);
        var y = new Grid([x.Shape[0], x.Shape[1], .. places]);
        foreach (var at in Indices(y.Shape))
        {
            y[at] = reduce(Indices(kernel).Select(tap =>
            {
                var from = Enumerable.Range(0, rank).Select(i => (stride[i] * at[i + 2]) - padding[i] + tap[i]).ToArray();
                return IsInside(from, x) ? x[[at[0], at[1], .. from]] : outside;
            }));
        }

        return y;
    }

    private static bool IsInside(long[] place, Grid grid) => Enumerable.Range(0, place.Length).All(i => place[i] >= 0 && place[i] < grid.Shape[i + 2]);

    private static IEnumerable<long[]> Indices(long[] shape)
    {
        var at = new long[shape.Length];
        while (true)
        {
            yield return [.. at];
            var axis = shape.Length - 1;
            while (axis >= 0 && ++at[axis] == shape[axis])
                at[axis--] = 0;
            if (axis < 0)
                yield break;
        }
    }
}
