using ModelGen.Compiler.Operations;

namespace ModelGen.EndToEnd.Tests.Graphs.Interpretation;

/// <summary>The same elements in other places, or in several.</summary>
internal static class Rearrangements
{
    public static void AddTo(Meanings meanings)
    {
        meanings.Add<Alias>(static (_, x) => x[0]);
        meanings.Add<Flatten>(static (op, x) => x[0].As([.. x[0].Shape[..(op.From + 1)], Grid.Product(x[0].Shape.AsSpan(op.From + 1))]));
        meanings.Add<Unflatten>(static (op, x) => x[0].As([.. x[0].Shape[..^1], .. op.Sizes]));
        meanings.Add<Reshape>(
            static (op, x) =>
            {
                // At most one length is a symbol's: what the others leave of a sample.
                var (_, batch, sample) = x[0].Around(0);
                var known = Grid.Product([.. op.To.Axes.Select(static axis => axis.Constant ?? 1)]);
                return x[0].As([batch, .. op.To.Axes.Select(axis => axis.Constant ?? (sample / known))]);
            }
        );
        meanings.Add<Permute>(static (op, x) => Permuted(x[0], [0, .. op.Order.Select(static axis => (int)axis + 1)]));
        meanings.Add<Transpose>(
            static (op, x) =>
            {
                int[] order = [.. Enumerable.Range(0, x[0].Shape.Length)];
                (order[op.First + 1], order[op.Second + 1]) = (op.Second + 1, op.First + 1);
                return Permuted(x[0], order);
            }
        );
        meanings.Add<Concatenate>(static (op, x) => Joined(x, op.Axis + 1));
        meanings.AddAll<Unbind>(static (op, x) => [.. Enumerable.Range(0, op.Count).Select(at => Slice(x[0], op.Axis + 1, at))]);
        meanings.Add<Upsample>(
            static (op, x) =>
            {
                var result = x[0];
                for (var i = 0; i < op.Scale.Count; i++)
                {
                    result = Enlarged(result, i + 2, op.Scale[i], op.IsLinear);
                }

                return result;
            }
        );
    }

    private static Grid Permuted(Grid x, int[] order)
    {
        var result = new Grid([.. order.Select(axis => x.Shape[axis])]);
        var from = new long[order.Length];
        foreach (var at in Grid.Places(result.Shape))
        {
            for (var i = 0; i < order.Length; i++)
            {
                from[order[i]] = at[i];
            }

            result[at] = x[from];
        }

        return result;
    }

    private static Grid Joined(Grid[] parts, int axis)
    {
        var shape = parts[0].Shape.ToArray();
        shape[axis] = parts.Sum(part => part.Shape[axis]);

        // All that one element of the axes before the joined one holds is a run of each part.
        var runs = parts.Select(part => part.Values.Chunk((int)(part.Shape[axis] * part.Around(axis).After)).ToArray()).ToArray();
        return new([.. Enumerable.Range(0, (int)parts[0].Around(axis).Before).SelectMany(i => runs.SelectMany(run => run[i]))], shape);
    }

    private static Grid Slice(Grid x, int axis, long at)
    {
        var (_, length, after) = x.Around(axis);
        return new Grid([.. x.Shape[..axis], .. x.Shape[(axis + 1)..]]).Each(
            (_, i) => x.Values[(((i / after * length) + at) * after) + (i % after)]
        );
    }

    // Element i of the result has its centre at (i + 1/2) / scale in lengths of old elements, whose own centres are at 1/2, 3/2, …
    private static Grid Enlarged(Grid x, int axis, long scale, bool isLinear)
    {
        var (_, length, after) = x.Around(axis);
        long[] shape = [.. x.Shape[..axis], length * scale, .. x.Shape[(axis + 1)..]];
        return new Grid(shape).Each(
            (_, i) =>
            {
                var (line, place) = (i / after / (length * scale), i / after % (length * scale));
                if (!isLinear)
                {
                    return Old(place / scale);
                }

                var at = Math.Clamp(((place + 0.5) / scale) - 0.5, 0, length - 1);
                var low = (long)at;
                return ((1 - (at - low)) * Old(low)) + ((at - low) * Old(Math.Min(low + 1, length - 1)));

                double Old(long old) => x.Values[(((line * length) + old) * after) + (i % after)];
            }
        );
    }
}
