namespace ModelGen.EndToEnd.Tests.Layers;

/// <summary>
/// Convolutions and pools by their definition: loops over every place and every element of the window, for any number of axes.
/// </summary>
internal static class Windows
{
    /// <summary>
    /// y[b, o, p] = bias[o] + Σ x[b, c, stride p - padding + dilation k] w[o, c, k] over the channels c of the group of o.
    /// </summary>
    public static Grid Convolve(Grid x, Grid w, Grid? bias, long[] stride, long[] padding, long[] dilation, long groups)
    {
        var rank = stride.Length;
        var places = Enumerable
            .Range(0, rank)
            .Select(i => ((x.Shape[i + 2] + (2 * padding[i]) - (dilation[i] * (w.Shape[i + 2] - 1)) - 1) / stride[i]) + 1);
        var y = new Grid([x.Shape[0], w.Shape[0], .. places]);
        var (taps, from) = (Grid.Places(w.Shape[1..]).ToArray(), new long[rank]);
        foreach (var at in Grid.Places(y.Shape))
        {
            var (output, sum) = (at[1], bias is null ? 0 : bias[at[1]]);
            for (var t = 0; t < taps.Length; t++)
            {
                for (var i = 0; i < rank; i++)
                {
                    from[i] = (stride[i] * at[i + 2]) - padding[i] + (dilation[i] * taps[t][i + 1]);
                }

                if (Index(x, at[0], (output / (w.Shape[0] / groups) * w.Shape[1]) + taps[t][0], from) is { } index)
                {
                    sum += x.Values[index] * w.Values[(output * taps.Length) + t];
                }
            }

            y[at] = sum;
        }

        return y;
    }

    /// <summary>Each x[b, c, p] adds w[c, o, k] times itself to y[b, o, stride p - padding + dilation k].</summary>
    public static Grid ConvolveTransposed(
        Grid x,
        Grid w,
        Grid? bias,
        long[] stride,
        long[] padding,
        long[] dilation,
        long[] outputPadding,
        long groups
    )
    {
        var rank = stride.Length;
        var lengths = Enumerable
            .Range(0, rank)
            .Select(i =>
                ((x.Shape[i + 2] - 1) * stride[i]) - (2 * padding[i]) + (dilation[i] * (w.Shape[i + 2] - 1)) + outputPadding[i] + 1
            );
        var y = new Grid([x.Shape[0], w.Shape[1] * groups, .. lengths]);
        foreach (var at in Grid.Places(y.Shape).Where(_ => bias is not null))
        {
            y[at] = bias![at[1]];
        }

        var (taps, to) = (Grid.Places(w.Shape[1..]).ToArray(), new long[rank]);
        foreach (var at in Grid.Places(x.Shape))
        {
            for (var t = 0; t < taps.Length; t++)
            {
                for (var i = 0; i < rank; i++)
                {
                    to[i] = (stride[i] * at[i + 2]) - padding[i] + (dilation[i] * taps[t][i + 1]);
                }

                if (Index(y, at[0], (at[1] / (x.Shape[1] / groups) * w.Shape[1]) + taps[t][0], to) is { } index)
                {
                    y.Values[index] += x[at] * w.Values[(at[1] * taps.Length) + t];
                }
            }
        }

        return y;
    }

    /// <summary>
    /// What <paramref name="reduce"/> makes of the elements under each place of the window; padding counts as <paramref name="outside"/>.
    /// </summary>
    public static Grid Pool(
        Grid x,
        long[] kernel,
        long[] stride,
        long[] padding,
        double outside,
        Func<IEnumerable<double>, double> reduce,
        long[]? dilation = null
    )
    {
        var rank = kernel.Length;
        var places = Enumerable
            .Range(0, rank)
            .Select(i => ((x.Shape[i + 2] + (2 * padding[i]) - (Distance(i) * (kernel[i] - 1)) - 1) / stride[i]) + 1);
        var y = new Grid([x.Shape[0], x.Shape[1], .. places]);
        var (taps, from) = (Grid.Places(kernel).ToArray(), new long[rank]);
        foreach (var at in Grid.Places(y.Shape))
        {
            y[at] = reduce(
                taps.Select(tap =>
                {
                    for (var i = 0; i < rank; i++)
                    {
                        from[i] = (stride[i] * at[i + 2]) - padding[i] + (Distance(i) * tap[i]);
                    }

                    return Index(x, at[0], at[1], from) is { } index ? x.Values[index] : outside;
                })
            );
        }

        return y;

        long Distance(int axis) => dilation?[axis] ?? 1;
    }

    // Where a place of a channel is among the elements; null where it is in the padding.
    private static long? Index(Grid grid, long sample, long channel, long[] place)
    {
        var index = (sample * grid.Shape[1]) + channel;
        for (var i = 0; i < place.Length; i++)
        {
            if (place[i] < 0 || place[i] >= grid.Shape[i + 2])
            {
                return null;
            }

            index = (index * grid.Shape[i + 2]) + place[i];
        }

        return index;
    }
}
