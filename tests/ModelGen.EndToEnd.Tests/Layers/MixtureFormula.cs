using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Layers;

/// <summary>A mixture of experts by its formula, one vector after the other.</summary>
/// <param name="experts">How many experts there are.</param>
/// <param name="topK">How many a vector goes through.</param>
/// <param name="expert">What an expert, whose parts have the names with a prefix, gives for a vector [1, 1, n].</param>
internal sealed class MixtureFormula(int experts, int topK, Func<Tensor, string, Tensor> expert)
{
    /// <summary>The result for x […, n].</summary>
    public Tensor Of(Tensor x, Func<string, Tensor> s)
    {
        var (vectors, weight) = (x.reshape(-1, x.size(-1)), s("mixture_of_experts.router.weight"));
        var results = new List<Tensor>();
        for (var row = 0L; row < vectors.size(0); row++)
        {
            var vector = vectors[row];
            double[] scores = [.. Enumerable.Range(0, experts).Select(i => Math.Exp((weight[i] * vector).sum().ToDouble()))];
            int[] chosen = [.. Enumerable.Range(0, experts).OrderByDescending(i => scores[i]).Take(topK)];
            var whole = topK == 1 ? scores.Sum() : chosen.Sum(i => scores[i]);
            results.Add(
                chosen
                    .Select(i => scores[i] / whole * expert(vector.view(1, 1, -1), $"mixture_of_experts.experts.{i}").view(1, -1))
                    .Aggregate(static (a, b) => a + b)
            );
        }

        return cat(results).reshape([.. x.shape[..^1], results[0].size(-1)]);
    }
}
