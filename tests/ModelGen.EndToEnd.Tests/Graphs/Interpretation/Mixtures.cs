using ModelGen.Compiler.Operations;

namespace ModelGen.EndToEnd.Tests.Graphs.Interpretation;

/// <summary>Mixtures of experts, vector by vector.</summary>
internal static class Mixtures
{
    /// <summary>What a mixture gives.</summary>
    /// <param name="op">The mixture.</param>
    /// <param name="x">The vectors.</param>
    /// <param name="weight">The router's weight.</param>
    /// <param name="expert">What an expert gives for a vector, [1, n].</param>
    public static Grid Mix(MixtureOfExperts op, Grid x, Grid weight, Func<int, Grid, Grid> expert)
    {
        var (experts, n, m) = ((int)weight.Shape[0], (int)weight.Shape[1], op.Features);
        var result = new Grid([.. x.Shape[..^1], m]);
        foreach (var (vector, row) in x.Values.Chunk(n).Select(static (vector, row) => (vector, row)))
        {
            var p = Reductions.Softmax([.. weight.Values.Chunk(n).Select(line => line.Zip(vector, static (a, b) => a * b).Sum())]);
            var chosen = Enumerable.Range(0, experts).OrderByDescending(i => p[i]).Take((int)op.TopK).ToArray();
            var sum = op.TopK == 1 ? 1 : chosen.Sum(i => p[i]);
            foreach (var i in chosen)
            {
                var given = expert(i, new Grid(vector, [1, n]));
                for (var j = 0; j < m; j++)
                {
                    result.Values[(row * m) + j] += p[i] / sum * given.Values[j];
                }
            }
        }

        return result;
    }
}
