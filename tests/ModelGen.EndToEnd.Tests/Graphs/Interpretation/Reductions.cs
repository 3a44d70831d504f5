using ModelGen.Compiler.Operations;

namespace ModelGen.EndToEnd.Tests.Graphs.Interpretation;

/// <summary>Figures of many elements.</summary>
internal static class Reductions
{
    public static void AddTo(Meanings meanings)
    {
        meanings.Add<GlobalAverage>(static (_, x) => OfEachChannel(x[0], static places => places.Average()));
        meanings.Add<GlobalMaximum>(static (_, x) => OfEachChannel(x[0], static places => places.Max()));
        meanings.Add<SequencePool>(static (op, x) => Pool(op.Of, x[0], x.ElementAtOrDefault(1)));
        meanings.Add<Softmax>(
            static (op, x) =>
            {
                var (before, length, after) = x[0].Around(op.Axis + 1);
                var result = new Grid(x[0].Shape);
                for (var line = 0L; line < before * after; line++)
                {
                    var start = (line / after * length * after) + (line % after);
                    var weights = Softmax([.. Enumerable.Range(0, (int)length).Select(i => x[0].Values[start + (i * after)])]);
                    for (var i = 0; i < length; i++)
                    {
                        result.Values[start + (i * after)] = weights[i];
                    }
                }

                return result;
            }
        );
    }

    private static Grid Pool(string figure, Grid sequence, Grid? presence)
    {
        var (length, width) = (sequence.Shape[1], Grid.Product(sequence.Shape[2..]));
        return new Grid([sequence.Shape[0], .. sequence.Shape[2..]]).Each(
            (_, i) =>
            {
                var (row, place) = (i / width, i % width);
                long[] counted =
                [
                    .. Enumerable
                        .Range(0, (int)length)
                        .Select(static t => (long)t)
                        .Where(t => presence is null || Of(presence, t, row) == 1),
                ];
                return figure switch
                {
                    SequencePool.Mean => counted.Length == 0 ? 0 : counted.Average(Value),
                    SequencePool.First => Value(0),
                    _ => Value(counted.LastOrDefault()),
                };

                double Value(long t) => sequence.Values[(((row * length) + t) * width) + place];
                double Of(Grid present, long t, long at) => present.Values[(at * length) + t];
            }
        );
    }

    /// <summary>exp(x) / Σ exp(x), with the largest taken off first, which changes nothing but that none is too large.</summary>
    public static double[] Softmax(double[] scores)
    {
        var largest = scores.Max();
        var powers = Array.ConvertAll(scores, score => Math.Exp(score - largest));
        var sum = powers.Sum();
        return Array.ConvertAll(powers, power => power / sum);
    }

    private static Grid OfEachChannel(Grid x, Func<double[], double> figure) =>
        new([.. x.Values.Chunk((int)x.Around(1).After).Select(figure)], x.Shape[..2]);
}
