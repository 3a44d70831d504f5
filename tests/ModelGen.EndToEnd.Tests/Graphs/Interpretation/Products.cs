using ModelGen.Compiler.Operations;

namespace ModelGen.EndToEnd.Tests.Graphs.Interpretation;

/// <summary>Sums of products.</summary>
internal static class Products
{
    public static void AddTo(Meanings meanings)
    {
        meanings.Add<Linear>(static (_, x) => Map(x[0], x[1], x.ElementAtOrDefault(2)));
        meanings.Add<Unembed>(static (_, x) => Map(x[0], x[1], bias: null));
        meanings.Add<Attention>(static (op, x) => Attend(x[0], x[1], x[2], [.. x.Skip(3)], op));
    }

    private static Grid Map(Grid x, Grid weight, Grid? bias)
    {
        var (m, n) = (weight.Shape[0], weight.Shape[1]);
        return new Grid([.. x.Shape[..^1], m]).Each((_, i) => Dot(x, i / m, weight, i % m, n) + (bias?.Values[i % m] ?? 0));
    }

    private static Grid Attend(Grid query, Grid key, Grid value, Grid[] others, Attention op)
    {
        var documents = op.KeepsDocumentsApart ? others[^1] : null;
        var presence = others.Length > (op.KeepsDocumentsApart ? 1 : 0) ? others[0] : null;
        var (heads, t, n, s, m) = (query.Shape[1], query.Shape[2], query.Shape[3], key.Shape[2], value.Shape[3]);
        var result = new Grid([.. query.Shape[..^1], m]);
        for (var row = 0L; row < Grid.Product(query.Shape[..^1]); row++)
        {
            // Batch and head are one index of query, and one of key and value, which as many heads share as are in a group.
            var (head, place) = (row / t, row % t);
            var shared = head / op.Group;
            var slope = op.HasSlopes ? Slope((int)(head % heads), (int)heads) : 0;
            var seen = Enumerable
                .Range(0, (int)s)
                .Where(other => presence is null || IsSeen(row / t / heads, other, place))
                .Where(other => documents is null || Of(documents, other) == Of(documents, place))
                .Where(other => (!op.IsCausal || other <= place) && (op.Window is not { } window || Math.Abs(other - place) < window))
                .ToArray();
            double Of(Grid each, long position) => each.Values[(row / t / heads * s) + position];
            var weights = Reductions.Softmax(
                Array.ConvertAll(seen, other =>
                    (Dot(query, row, key, (shared * s) + other, n) / Math.Sqrt(n)) - (slope * Math.Abs(other - place))
                )
            );
            foreach (var (weight, other) in weights.Zip(seen))
            {
                for (var i = 0L; i < m; i++)
                {
                    result.Values[(row * m) + i] += weight * value.Values[(((shared * s) + other) * m) + i];
                }
            }
        }

        return result;

        // One that nothing else sees sees itself; where keys are another sequence of which nothing is there, all of it is seen.
        bool IsSeen(long sample, long other, long place) =>
            presence!.Values[(sample * s) + other] != 0
            || (op.IsCross ? presence.Values.Skip((int)(sample * s)).Take((int)s).All(static there => there == 0) : other == place);
    }

    // Press et al. 2022: a geometric sequence from 2^(-8/heads), completed from that of twice the heads.
    private static double Slope(int head, int heads)
    {
        var power = 1;
        while (2 * power <= heads)
        {
            power *= 2;
        }

        return head < power ? Math.Pow(2, -8.0 * (head + 1) / power) : Math.Pow(2, -8.0 * ((2 * (head - power)) + 1) / (2 * power));
    }

    // Of a row of each, both of the given length.
    private static double Dot(Grid a, long rowOfA, Grid b, long rowOfB, long length)
    {
        var sum = 0.0;
        for (var i = 0L; i < length; i++)
        {
            sum += a.Values[(rowOfA * length) + i] * b.Values[(rowOfB * length) + i];
        }

        return sum;
    }
}
