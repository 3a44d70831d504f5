using ModelGen.Compiler.Operations;

namespace ModelGen.EndToEnd.Tests.Graphs.Interpretation;

/// <summary>Sums of products.</summary>
internal static class Products
{
    public static void AddTo(Meanings meanings)
    {
        meanings.Add<Linear>(static (_, x) => Map(x[0], x[1], x.ElementAtOrDefault(2)));
        meanings.Add<Unembed>(static (_, x) => Map(x[0], x[1], bias: null));
        meanings.Add<Attention>(static (op, x) => Attend(x[0], x[1], x[2], op.IsCausal));
    }

    private static Grid Map(Grid x, Grid weight, Grid? bias)
    {
        var (m, n) = (weight.Shape[0], weight.Shape[1]);
        return new Grid([.. x.Shape[..^1], m]).Each((_, i) => Dot(x, i / m, weight, i % m, n) + (bias?.Values[i % m] ?? 0));
    }

    private static Grid Attend(Grid query, Grid key, Grid value, bool isCausal)
    {
        var (t, n, s, m) = (query.Shape[2], query.Shape[3], key.Shape[2], value.Shape[3]);
        var result = new Grid([.. query.Shape[..^1], m]);
        for (var row = 0L; row < Grid.Product(query.Shape[..^1]); row++)
        {
            var head = row / t;
            var seen = isCausal ? (row % t) + 1 : s;
            var scores = new double[seen];
            for (var other = 0L; other < seen; other++)
            {
                scores[other] = Dot(query, row, key, (head * s) + other, n) / Math.Sqrt(n);
            }

            var weights = Reductions.Softmax(scores);
            for (var other = 0L; other < seen; other++)
            {
                for (var i = 0L; i < m; i++)
                {
                    result.Values[(row * m) + i] += weights[other] * value.Values[(((head * s) + other) * m) + i];
                }
            }
        }

        return result;
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
